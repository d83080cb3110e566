#include "tests/integration/llm/llm_fixture.hpp"
#include "tests/support/process.hpp"

namespace cedar::host::services::llm {
namespace {

using namespace std::chrono_literals;

class LlmChatTest : public LlmFixture {};

TEST_F(LlmChatTest, AnswersWithTextUsageModelAndAttempts) {
    stub_.set_rules(R"({"rules":[{"reply":{"text":"Hello"}}]})");
    options_.prices["gpt-5"] = {1.0, 0.5, 10.0};
    start();
    const auto reply = ask();
    EXPECT_EQ(reply.status, CEDAR_OK);
    EXPECT_EQ(text(reply, "text"), "Hello");
    EXPECT_EQ(text(reply, "model"), "stub");
    EXPECT_EQ(text(reply, "finish_reason"), "stop");
    EXPECT_NE(reply.body.find(R"("usage":{"input_tokens":100,"output_tokens":20,"cached_tokens":0,"cost":0.0003)"),
              std::string::npos)
        << reply.body;
    EXPECT_EQ(attempts(reply), 1U);
}

TEST_F(LlmChatTest, ResolvesModelRoles) {
    stub_.set_rules(R"({"rules":[{"contains":"\"model\":\"gpt-5-mini\"","reply":{"text":"fast"}},)"
                    R"({"contains":"\"model\":\"gpt-5\"","reply":{"text":"main"}},{"reply":{"text":"other"}}]})");
    start();
    EXPECT_EQ(text(ask(), "text"), "main");
    EXPECT_EQ(text(ask(R"({"model":"fast","messages":[{"role":"user","content":"x"}]})"), "text"), "fast");
    EXPECT_EQ(text(ask(R"({"model":"llama","messages":[{"role":"user","content":"x"}]})"), "text"), "other");
}

TEST_F(LlmChatTest, KeepsConnectionsAlive) {
    stub_.set_rules(R"({"rules":[{"reply":{"text":"Hello"}}]})");
    start();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(ask().status, CEDAR_OK);
    EXPECT_EQ(stub_.counter("connections"), 2U);  // ours and the one that asks
}

TEST_F(LlmChatTest, RunsManyCallsAtOnceWithinItsCap) {
    stub_.set_rules(R"({"rules":[{"reply":{"text":"Hello","delay_ms":5}}]})");
    options_.calls_max = 20;
    start();
    std::vector<Pending> calls;
    for (int i = 0; i < 200; ++i) calls.push_back(begin());
    for (auto& call : calls) EXPECT_EQ(call.reply.get().status, CEDAR_OK);
    EXPECT_LE(stub_.counter("connections"), 21U);
}

TEST_F(LlmChatTest, WithoutAKeyNoNetworkIsTouched) {
    options_.api_key.clear();
    start();
    const auto reply = ask();
    EXPECT_EQ(reply.status, CEDAR_UNAVAILABLE);
    EXPECT_EQ(text(reply, "code"), "missing_key");
    EXPECT_EQ(stub_.counter("calls"), 0U);
}

TEST_F(LlmChatTest, ABadRequestIsRefusedBeforeItIsSent) {
    start();
    const auto reply = ask(R"({"messages":[]})");
    EXPECT_EQ(reply.status, CEDAR_INVALID_ARGUMENT);
    EXPECT_EQ(text(reply, "message"), "llm.chat: messages: expected an array of 1 to 1000 messages, got []");
    EXPECT_EQ(stub_.counter("calls"), 0U);
}

TEST_F(LlmChatTest, ABudgetThatIsUsedUpRefusesTheCall) {
    options_.prices["gpt-5"] = {1000, 1000, 1000};
    options_.spend.per_run = 0.01;
    start();
    const auto reply = ask();
    EXPECT_EQ(reply.status, CEDAR_LIMIT);
    EXPECT_EQ(text(reply, "code"), "budget");
    EXPECT_EQ(stub_.counter("calls"), 0U);
}

TEST_F(LlmChatTest, CancelClosesTheTransferAndAnswersAtOnce) {
    stub_.set_rules(R"({"rules":[{"reply":{"fault":"hang"}}]})");
    start();
    std::vector<Pending> calls;
    for (int i = 0; i < 100; ++i) calls.push_back(begin());
    while (stub_.counter("live") < 100) {}
    const auto began = std::chrono::steady_clock::now();
    for (auto& call : calls) call.cancel();
    for (auto& call : calls) EXPECT_EQ(call.reply.get().status, CEDAR_CANCELLED);
    while (stub_.counter("live") > 0) {}
    RecordProperty("cancel_ms", static_cast<int>((std::chrono::steady_clock::now() - began) / 1ms));
    EXPECT_EQ(stub_.counter("aborted"), 100U);
    EXPECT_TRUE(eventually([this] { return chat_->counters().running == 0; }));  // counted after the answer
    calls.front().cancel();  // a second time, after the end: nothing happens
}

TEST_F(LlmChatTest, WhatIsUnderWayIsAnsweredWhenItEnds) {
    stub_.set_rules(R"({"rules":[{"reply":{"fault":"hang"}}]})");
    start();
    auto call = begin();
    while (stub_.counter("live") < 1) {}
    stop();
    EXPECT_EQ(call.reply.get().status, CEDAR_CANCELLED);
}

}  // namespace
}  // namespace cedar::host::services::llm
