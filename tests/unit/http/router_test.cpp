#include "host/http/router.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

Response ask(const Router& router, const std::string& method, const std::string& path) {
    Request request;
    request.method = method;
    request.path = path;
    Response answer;
    int answers = 0;
    router.route(request, [&](Response response) {
        answer = std::move(response);
        ++answers;
    });
    EXPECT_EQ(answers, 1);
    return answer;
}

Router sample() {
    const auto say = [](std::string what) {
        return [what](const Request&, std::string_view parameter, const Respond& respond) {
            Response response;
            response.body = what + std::string(parameter);
            respond(std::move(response));
        };
    };
    Router router;
    router.add("GET", "/", say("root"));
    router.add("GET", "/thing/{id}", say("get "));
    router.add("POST", "/thing/{id}", say("post "));
    return router;
}

TEST(Router, CallsTheHandlerOfMethodAndPath) {
    const auto router = sample();
    EXPECT_EQ(ask(router, "GET", "/").body, "root");
    EXPECT_EQ(ask(router, "GET", "/thing/7").body, "get 7");
    EXPECT_EQ(ask(router, "HEAD", "/thing/7").body, "get 7");
    EXPECT_EQ(ask(router, "POST", "/thing/a b").body, "post a b");
}

TEST(Router, Answers404ForAnUnknownPath) {
    const auto router = sample();
    for (const char* path : {"/thing", "/thing/", "/thing/7/x", "/thingy/7", "/else"})
        EXPECT_EQ(ask(router, "GET", path).status, 404U) << path;
}

TEST(Router, Answers405WithWhatIsAllowed) {
    const auto answer = ask(sample(), "DELETE", "/thing/7");
    EXPECT_EQ(answer.status, 405U);
    ASSERT_EQ(answer.fields.size(), 1U);
    EXPECT_EQ(answer.fields[0].first, "Allow");
    EXPECT_EQ(answer.fields[0].second, "GET, HEAD, POST");
    EXPECT_NE(answer.body.find("DELETE"), std::string::npos);
    EXPECT_EQ(ask(sample(), "get", "/").status, 405U);
}

TEST(RowId, IsAPlainPositiveNumber) {
    EXPECT_EQ(parse_id("1"), 1);
    EXPECT_EQ(parse_id("9223372036854775807"), 9223372036854775807);
    for (const char* text : {"", "0", "-1", "+1", "01", "1x", " 1", "9223372036854775808", "1e3", "０"})
        EXPECT_FALSE(parse_id(text)) << text;
}

}  // namespace
}  // namespace cedar::host::http
