#include "host/http/test_tool.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

Response ask(std::string body, bool open = true) {
    Request request;
    request.method = "POST";
    request.path = "/api/test/tool";
    request.body = std::move(body);
    return test_tool_response(request, open);
}

TEST(TestTool, IsForbiddenOutsideOfTestMode) {
    EXPECT_EQ(ask(R"({"function":"web"})", false).status, 403U);
}

TEST(TestTool, SaysThatThisHostHasNoSuchTool) {
    const auto response = ask(R"({"function":" Web ","args":{"url":"http://x"}})");
    EXPECT_EQ(response.status, 400U);
    EXPECT_NE(response.body.find("unsupported function"), std::string::npos) << response.body;
    EXPECT_NE(response.body.find("web"), std::string::npos) << response.body;
}

TEST(TestTool, RefusesWhatIsNoRequest) {
    for (const auto* body : {"", "[]", "{}", R"({"function":7})", R"({"function":"  "})"}) {
        EXPECT_EQ(ask(body).status, 400U) << body;
    }
}

}  // namespace
}  // namespace cedar::host::http
