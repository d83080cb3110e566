#include "host/services/llm/test_mode.hpp"

#include "host/core/final_verifier.hpp"
#include "host/core/json.hpp"
#include "host/core/schema.hpp"

#include <cedar/abi.h>

#include <gtest/gtest.h>

#include <vector>

namespace cedar::host::services::llm {
namespace {

struct Heard {
    ServiceReply reply;
    std::vector<std::string> tokens;
    [[nodiscard]] std::string text(std::string_view field = "text") const {
        const auto document = parse_json(reply.body);
        return document ? std::string(string_member(*document, field)) : reply.body;
    }
};

Heard ask(const std::string& more) {
    Heard heard;
    ServiceCall call;
    call.body = R"({"messages":[{"role":"user","content":"Hi"}])" + more + "}";
    call.emit = [&heard](EmitKind, std::string json) { heard.tokens.push_back(std::move(json)); };
    static_cast<void>(make_test_mode_chat()->call(
        std::move(call), [&heard](ServiceReply reply) { heard.reply = std::move(reply); }));
    return heard;
}

TEST(TestModeChat, AnswersWithAFinalTheHostAccepts) {
    const auto heard = ask("");
    EXPECT_EQ(heard.reply.status, CEDAR_OK);
    const auto call = verify_final(heard.text());
    ASSERT_TRUE(call.has_value()) << call.error().message;
    EXPECT_EQ(call->text, "Test mode");
    EXPECT_EQ(call->title, "Test");
    EXPECT_EQ(heard.text("model"), "test-mode");
    EXPECT_EQ(ask("").reply.body, heard.reply.body);
}

TEST(TestModeChat, AnswersASchemaWithWhatItAccepts) {
    const std::vector<std::string> schemas{
        R"({"type":"object","properties":{"function":{"type":"string","enum":["final"]},"args":{"type":"object","properties":{"text":{"type":"string","minLength":1},"n":{"type":"integer","minimum":3}},"required":["text","n"]}},"required":["function","args"],"additionalProperties":false})",
        R"({"type":"array","minItems":2,"items":{"type":"string","minLength":20}})",
        R"({"anyOf":[{"type":"boolean"},{"type":"null"}]})"};
    for (const auto& schema : schemas) {
        const auto compiled = Schema::compile(schema);
        ASSERT_TRUE(compiled.has_value()) << compiled.error().message;
        const auto heard =
            ask(R"(,"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":)" + schema + "}}");
        EXPECT_TRUE((*compiled)->validate_text(heard.text(), {}).has_value()) << heard.text();
    }
}

TEST(TestModeChat, CallsTheFirstTool) {
    const auto heard = ask(
        R"(,"tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object","properties":{"q":{"type":"string"}},"required":["q"]}}}])");
    EXPECT_NE(heard.reply.body.find(R"("name":"look","arguments":"{\"q\":\"test-mode\"}")"), std::string::npos)
        << heard.reply.body;
    EXPECT_EQ(heard.text("mode"), "tools");
}

TEST(TestModeChat, StreamsTheFieldThatWasAskedFor) {
    const auto heard = ask(R"(,"stream":true,"stream_field":"args.text")");
    EXPECT_EQ(heard.tokens, std::vector<std::string>{R"({"text":"Test mode"})"});
}

TEST(TestModeChat, RefusesWhatTheRealOneRefuses) {
    EXPECT_EQ(ask(R"(,"temperature":9)").text("code"), "invalid_request");
}

}  // namespace
}  // namespace cedar::host::services::llm
