#include "host/http/problem.hpp"

#include "host/core/json.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

TEST(Problem, IsADocumentOfRfc9457) {
    const auto answer = problem(404, "project: expected a \"number\"\n");
    EXPECT_EQ(answer.status, 404U);
    EXPECT_EQ(answer.content_type, "application/problem+json");
    const auto document = parse_json(answer.body);
    ASSERT_TRUE(document);
    EXPECT_EQ(string_member(*document, "type"), "about:blank");
    EXPECT_EQ(string_member(*document, "title"), "Not Found");
    EXPECT_EQ(find_member(*document, "status")->GetInt(), 404);
    EXPECT_EQ(string_member(*document, "detail"), "project: expected a \"number\"\n");
}

TEST(Problem, HidesTheDetailOfAnError) {
    const auto answer = problem(Error{ErrorCode::io, "the file could not be read", "/secret/path: errno 5"});
    EXPECT_EQ(answer.status, 500U);
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
}

TEST(Problem, OfABusyServerSaysWhenToComeAgain) {
    const auto answer = problem(503, "later");
    ASSERT_EQ(answer.fields.size(), 1U);
    EXPECT_EQ(answer.fields[0].first, "Retry-After");
}

TEST(Problem, HasAPhraseForEveryStatusOfTheErrorTable) {
    for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
        const auto status = http_status(static_cast<ErrorCode>(code));
        EXPECT_GE(status, 400U);
        EXPECT_NE(reason_phrase(status), "Unknown") << status;
    }
}

TEST(InQuotes, CutsLongTextAndMendsBrokenText) {
    EXPECT_EQ(in_quotes("abc"), "\"abc\"");
    EXPECT_EQ(in_quotes(std::string(100, 'x')), "\"" + std::string(80, 'x') + "…\"");
    EXPECT_EQ(in_quotes("\xff"), "\"\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace cedar::host::http
