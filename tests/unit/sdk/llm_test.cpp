// context.llm and its kin, as a component of a linked plugin uses them.
#include <cedar/testing.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using cedar::Error;
using cedar::Json;
using cedar::LlmReply;
using cedar::testing::FakeHost;

constexpr auto kAsk = R"({"text":"Hi"})";

struct Cities {
    std::vector<std::string> cities;
};
BOOST_DESCRIBE_STRUCT(Cities, (), (cities))

std::string sent(const FakeHost& host, std::size_t call = 0) {
    return host.calls().at(call).body.text();
}

TEST(Llm, SendsMessagesAndOptionsAndReadsTheReply) {
    FakeHost host;
    host.llm(LlmReply{.text = "Hello.", .model = "m-1", .finish_reason = "stop", .usage = {3, 2, 1, 0.5}});
    const auto outcome = host.run("llm.asks", kAsk);
    ASSERT_TRUE(outcome.ok()) << outcome.error->message;
    EXPECT_EQ(outcome.answer->text(), R"({"text":"Hello. m-1 3+2"})");
    EXPECT_EQ(host.calls()[0].service, "llm.chat");
    EXPECT_EQ(sent(host), R"({"model":"fast","temperature":0.5,"max_tokens":100,"stream":false,)"
                          R"("messages":[{"role":"system","content":"s"},{"role":"user","content":"Hi"}]})");
}

TEST(Llm, ReadsAReplyOfTheWholeContract) {
    FakeHost host;
    host.reply("llm.chat", Json(R"({"text":"x","tool_calls":[{"id":"1","type":"function","function":{"name":"f",
        "arguments":"{}"}}],"model":"m","finish_reason":"tool_calls","mode":"tools","streamed":false,
        "usage":{"input_tokens":1,"output_tokens":2,"cached_tokens":0,"cost":0.25},"usage_reported":true,
        "attempts":[{"http_status":429,"error":"http_429","waited_ms":0,"took_ms":5},
                    {"http_status":200,"waited_ms":100,"took_ms":7}],"later_field":1})"));
    EXPECT_EQ(host.run("llm.asks", kAsk).answer->text(), R"({"text":"x m 1+2 f 2 attempts"})");
}

TEST(Llm, KeepsTheProvidersWordsApartFromTheHosts) {
    FakeHost host;
    Error error("provider_rate_limit", "the provider limits requests", "", true);
    error.source = "provider";
    error.provider = cedar::ProviderWords{429, "rate_limit_exceeded", "Slow down."};
    host.fail("llm.chat", error);
    EXPECT_EQ(host.run("llm.catches", kAsk).answer->text(),
              R"({"text":"provider_rate_limit|the provider limits requests|provider|429|rate_limit_exceeded|)"
              R"(Slow down.|retryable"})");
}

TEST(Llm, TellsTheHostWhatTheProviderSaidWhenTheErrorPasses) {
    FakeHost host;
    Error error("provider_auth", "the provider refused the key", "attempt 1");
    error.source = "provider";
    error.provider = cedar::ProviderWords{401, "invalid_api_key", "No."};
    host.fail("llm.chat", error);
    const auto outcome = host.run("llm.asks", kAsk);
    EXPECT_EQ(outcome.error->code, "provider_auth");
    EXPECT_EQ(outcome.error->message, "the provider refused the key");
    EXPECT_EQ(outcome.error->detail, "attempt 1; the provider said 401 invalid_api_key: No.");
    EXPECT_EQ(outcome.error->source, "provider");
}

TEST(Llm, ShowsTokensOfAStreamedAnswer) {
    FakeHost host;
    host.llm(R"({"args":{"text":"shown"},"rest":1})");
    ASSERT_TRUE(host.run("llm.streams", kAsk).ok());
    ASSERT_EQ(host.emits().size(), 1U);
    EXPECT_EQ(host.emits()[0].kind, "token");
    EXPECT_EQ(host.emits()[0].body.text(), R"({"text":"shown"})");
}

TEST(Llm, AsksForJsonInTheStrongestModeOfTheEndpoint) {
    const std::string schema =
        R"({"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object","properties":)"
        R"({"cities":{"type":"array","items":{"type":"string"}}},"required":["cities"]}}})";
    const std::pair<cedar::LlmAbilities, std::string> cases[] = {
        {{"m", true, true, true, true, "probe"}, R"("response_format":)" + schema},
        {{"m", false, true, true, true, "probe"}, R"("response_format":{"type":"json_object"})"},
    };
    for (const auto& [abilities, format] : cases) {
        FakeHost host;
        host.reply("llm.capabilities", abilities).llm(R"({"cities":["Ulm","Bern"]})");
        EXPECT_EQ(host.run("llm.lists", kAsk).answer->text(), R"({"text":"Ulm Bern"})");
        EXPECT_THAT(sent(host, 1), testing::HasSubstr(format));
    }
    FakeHost host;
    host.reply("llm.capabilities", cedar::LlmAbilities{}).llm(R"({"cities":[]})");
    EXPECT_TRUE(host.run("llm.lists", kAsk).ok());
    EXPECT_THAT(sent(host, 1), testing::Not(testing::HasSubstr("response_format")));
}

TEST(LlmReply, SaysWhyItsTextIsNoAnswerOfTheType) {
    const auto code = [](const LlmReply& reply) -> std::string {
        try {
            return "read " + std::to_string(reply.as<Cities>().cities.size());
        } catch (const Error& error) {
            return error.code + ": " + error.message;
        }
    };
    EXPECT_EQ(code({.text = R"({"cities":["Ulm"]})"}), "read 1");
    EXPECT_EQ(code({.text = R"({"cities":"Ulm"})"}),
              "invalid_output: the model's answer: expected an array at /cities, got \"Ulm\"");
    EXPECT_THAT(code({.text = "Sure!"}), testing::StartsWith("invalid_output: the model's answer: expected JSON"));
    EXPECT_EQ(code({.text = R"({"cities":["U)", .finish_reason = "length"}),
              "truncated: the model's answer was cut off");
    EXPECT_EQ(code({.refusal = "I will not."}), "refused: the model declined to answer");
}

}  // namespace
