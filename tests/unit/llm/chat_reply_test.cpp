#include "host/services/llm/chat_reply.hpp"

#include <gtest/gtest.h>

namespace cedar::host::services::llm {
namespace {

TEST(ChatReply, ReadsTextUsageModelAndFinishReason) {
    const auto reply = parse_chat_reply(
        R"({"model":"m-1","choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],)"
        R"("usage":{"prompt_tokens":10,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}})");
    ASSERT_TRUE(reply.has_value()) << reply.error().message;
    EXPECT_EQ(reply->text, "Hello");
    EXPECT_EQ(reply->model, "m-1");
    EXPECT_EQ(reply->finish_reason, "stop");
    EXPECT_EQ(reply->usage.input_tokens, 10U);
    EXPECT_EQ(reply->usage.output_tokens, 2U);
    EXPECT_EQ(reply->usage.cached_tokens, 4U);
}

TEST(ChatReply, KeepsToolCallsAndRefusals) {
    const auto reply = parse_chat_reply(
        R"({"choices":[{"message":{"content":null,"refusal":"no","tool_calls":[{"id":"1"}]},"finish_reason":"x"}]})");
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(reply->text, "");
    EXPECT_EQ(reply->refusal, "no");
    EXPECT_EQ(reply->tool_calls, R"([{"id":"1"}])");
}

TEST(ChatReply, RefusesWhatIsNotACompletion) {
    for (const auto* body :
         {"", "<html>", "[]", "{}", R"({"choices":[]})", R"({"choices":[{"message":"x"}]})",
          R"({"choices":[{"message":{"content":"a","content":"b"}}]})", "{\"choices\":\"\xff\"}"}) {
        const auto reply = parse_chat_reply(body);
        ASSERT_FALSE(reply.has_value()) << body;
        EXPECT_EQ(reply.error().code, ErrorCode::corrupt) << body;
    }
    std::string deep = R"({"choices":)" + std::string(100000, '[');
    EXPECT_FALSE(parse_chat_reply(deep).has_value());
}

TEST(ChatReply, AnErrorInsideAnAnswerIsTheProvidersOwn) {
    const auto reply = parse_chat_reply(R"({"error":{"message":"overloaded"}})");
    ASSERT_FALSE(reply.has_value());
    EXPECT_EQ(reply.error().code, ErrorCode::unavailable);
    EXPECT_EQ(reply.error().detail, "overloaded");
}

struct Stream {
    StreamAssembler assembler{1000};
    std::string text;
    Result<void> take(std::string_view data) { return assembler.take({"message", data}, text); }
};

TEST(StreamAssembler, PutsTextUsageAndToolCallsTogether) {
    Stream stream;
    ASSERT_TRUE(stream.take(R"({"model":"m","choices":[{"delta":{"role":"assistant","content":"Hel"}}]})"));
    ASSERT_TRUE(stream.take(
        R"({"choices":[{"delta":{"content":"lo","tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x"}}]}}]})"));
    ASSERT_TRUE(stream.take(
        R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\":1}"}}]},"finish_reason":"tool_calls"}]})"));
    ASSERT_TRUE(stream.take(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}})"));
    ASSERT_TRUE(stream.take("[DONE]"));
    EXPECT_TRUE(stream.assembler.done());
    const auto reply = stream.assembler.finish();
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(stream.text, "Hello");
    EXPECT_EQ(reply->text, "Hello");
    EXPECT_EQ(reply->usage.output_tokens, 4U);
    EXPECT_EQ(reply->tool_calls,
              R"([{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}])");
}

TEST(StreamAssembler, AStreamThatBreaksOffIsNoAnswer) {
    Stream stream;
    ASSERT_TRUE(stream.take(R"({"choices":[{"delta":{"content":"Hel"}}]})"));
    const auto reply = stream.assembler.finish();
    ASSERT_FALSE(reply.has_value());
    EXPECT_EQ(reply.error().message,
              "expected the stream to end with a finish reason, it broke off after 3 bytes of text");
}

TEST(StreamAssembler, IsBoundedInTextAndToolCalls) {
    Stream stream;
    EXPECT_FALSE(stream.take(R"({"choices":[{"delta":{"content":")" + std::string(1001, 'x') + R"("}}]})"));
    EXPECT_FALSE(stream.take(R"({"choices":[{"delta":{"tool_calls":[{"index":4000000000}]}}]})"));
}

TEST(StreamAssembler, RefusesGarbageAndReportsTheProvidersError) {
    Stream stream;
    EXPECT_EQ(stream.take("{half").error().code, ErrorCode::corrupt);
    const auto failed = stream.take(R"({"error":{"message":"overloaded"}})");
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().detail, "overloaded");
}

TEST(ProviderError, KeepsTheProvidersWordsApart) {
    const auto json = parse_provider_error(429, "application/json",
                                           R"({"error":{"message":"slow down","type":"t","code":"rate"}})");
    EXPECT_EQ(json.status, 429);
    EXPECT_EQ(json.code, "rate");
    EXPECT_EQ(json.message, "slow down");
    const auto html = parse_provider_error(502, "text/html", "<h1>Bad gateway</h1>");
    EXPECT_EQ(html.code, "html_page");
    EXPECT_EQ(html.message, "<h1>Bad gateway</h1>");
    EXPECT_EQ(parse_provider_error(500, "", "\xff").message, "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace cedar::host::services::llm
