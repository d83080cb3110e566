#include "tests/integration/llm/llm_fixture.hpp"

namespace cedar::host::services::llm {
namespace {

using namespace std::chrono_literals;

class LlmChatFailureTest : public LlmFixture {};

TEST_F(LlmChatFailureTest, RetriesA429AfterTheTimeItAskedFor) {
    stub_.set_rules(R"({"rules":[{"times":1,"reply":{"status":429,"headers":{"retry-after-ms":"30"},"body":"{}"}},)"
                    R"({"reply":{"text":"Hello"}}]})");
    start();
    const auto began = std::chrono::steady_clock::now();
    const auto reply = ask();
    EXPECT_EQ(reply.status, CEDAR_OK);
    EXPECT_EQ(attempts(reply), 2U);
    EXPECT_GE(std::chrono::steady_clock::now() - began, 30ms);
    EXPECT_NE(reply.body.find(R"("error":"http_429")"), std::string::npos) << reply.body;
}

TEST_F(LlmChatFailureTest, GivesUpAfterItsLastAttemptAndListsThemAll) {
    stub_.set_rules(
        R"({"rules":[{"reply":{"status":503,"body":"{\"error\":{\"message\":\"down\",\"code\":\"x\"}}"}}]})");
    options_.retry.max_attempts = 3;
    start();
    const auto reply = ask();
    EXPECT_EQ(reply.status, CEDAR_UNAVAILABLE);
    EXPECT_EQ(text(reply, "code"), "provider_error");
    EXPECT_EQ(attempts(reply), 3U);
    EXPECT_NE(reply.body.find(R"("provider":{"status":503,"code":"x","message":"down"})"), std::string::npos)
        << reply.body;
}

TEST_F(LlmChatFailureTest, DoesNotRetryWhatCannotPass) {
    stub_.set_rules(R"({"rules":[{"reply":{"status":401,"body":"{\"error\":{\"message\":\"bad key\"}}"}}]})");
    start();
    const auto reply = ask();
    EXPECT_EQ(text(reply, "code"), "provider_auth");
    EXPECT_EQ(text(reply, "source"), "provider");
    EXPECT_EQ(attempts(reply), 1U);
    EXPECT_EQ(reply.body.find("test-key-canary"), std::string::npos);
}

TEST_F(LlmChatFailureTest, AnEndpointThatIsNotThereIsATransportFailure) {
    options_.base_url = "http://127.0.0.1:1/v1";
    options_.retry.max_attempts = 2;
    start();
    const auto reply = ask();
    EXPECT_EQ(reply.status, CEDAR_UNAVAILABLE);
    EXPECT_EQ(text(reply, "code"), "connection");
    EXPECT_EQ(text(reply, "source"), "transport");
    EXPECT_FALSE(text(reply, "detail").empty());
    EXPECT_EQ(attempts(reply), 2U);
}

class LlmChatFault : public LlmFixture, public testing::WithParamInterface<const char*> {};

TEST_P(LlmChatFault, IsRetriedAndListed) {
    stub_.set_rules(std::string(R"({"rules":[{"times":1,"reply":{"text":"Hello","fault":")") + GetParam() +
                    R"("}},{"reply":{"text":"again"}}]})");
    start();
    const auto reply = ask();
    EXPECT_EQ(reply.status, CEDAR_OK) << reply.body;
    EXPECT_EQ(text(reply, "text"), "again");
    EXPECT_EQ(attempts(reply), 2U);
    EXPECT_NE(reply.body.find(R"("error":"connection")"), std::string::npos) << reply.body;
}

INSTANTIATE_TEST_SUITE_P(Faults, LlmChatFault, testing::Values("reset", "close", "truncate"));

TEST_F(LlmChatFailureTest, APageInsteadOfAnAnswerIsABadAnswer) {
    for (const auto* body : {"<html>gateway</html>", "{\\\"half\\\":", "\\u0000", "[]", ""}) {
        stub_.set_rules(std::string(R"({"rules":[{"reply":{"body":")") + body + R"("}}]})");
        if (!chat_) start();
        const auto reply = ask();
        EXPECT_EQ(reply.status, CEDAR_UNAVAILABLE) << body;
        EXPECT_EQ(text(reply, "code"), "bad_answer") << body;
    }
}

TEST_F(LlmChatFailureTest, AnAnswerThatIsTooLargeIsCutOff) {
    stub_.set_rules(R"({"rules":[{"reply":{"text":")" + std::string(100000, 'x') + R"("}}]})");
    options_.max_response_bytes = 10000;
    start();
    const auto reply = ask();
    EXPECT_EQ(reply.status, CEDAR_LIMIT);
    EXPECT_EQ(text(reply, "code"), "answer_too_large");
}

TEST_F(LlmChatFailureTest, EachTimeLimitHasItsName) {
    options_.retry.max_attempts = 1;
    options_.time.first_byte = 40ms;
    options_.time.stall = 40ms;
    stub_.set_rules(R"({"rules":[{"reply":{"fault":"hang"}}]})");
    start();
    EXPECT_EQ(text(ask(), "code"), "time_limit_first_byte");
    stub_.set_rules(R"({"rules":[{"reply":{"text":"Hello, this is half of an answer","fault":"stall"}}]})");
    EXPECT_EQ(text(ask(), "code"), "time_limit_stall");
    const auto late = ask(kBody, 20ms);
    EXPECT_EQ(late.status, CEDAR_DEADLINE);
    EXPECT_EQ(text(late, "code"), "time_limit_total");
}

TEST_F(LlmChatFailureTest, AWaitInTheQueueHasItsOwnLimit) {
    stub_.set_rules(R"({"rules":[{"reply":{"fault":"hang"}}]})");
    options_.calls_max = 1;
    options_.time.queue = 30ms;
    start();
    auto first = begin();
    const auto second = ask();
    EXPECT_EQ(text(second, "code"), "time_limit_queue");
    first.cancel();
    EXPECT_EQ(first.reply.get().status, CEDAR_CANCELLED);
}

TEST_F(LlmChatFailureTest, CallsBeyondTheRateWaitInTheQueue) {
    stub_.set_rules(R"({"rules":[{"reply":{"text":"Hello"}}]})");
    options_.requests_per_minute = 1;
    options_.time.queue = 30ms;
    start();
    EXPECT_EQ(ask().status, CEDAR_OK);
    EXPECT_EQ(text(ask(), "code"), "time_limit_queue");
    EXPECT_EQ(stub_.counter("calls"), 1U);
}

TEST_F(LlmChatFailureTest, AFullQueueRefuses) {
    stub_.set_rules(R"({"rules":[{"reply":{"fault":"hang"}}]})");
    options_.calls_max = 1;
    options_.queue_max = 1;
    start();
    auto first = begin();
    auto second = begin();
    const auto third = ask();
    EXPECT_EQ(third.status, CEDAR_LIMIT);
    EXPECT_EQ(text(third, "code"), "queue_full");
    first.cancel();
    second.cancel();
}

TEST_F(LlmChatFailureTest, TheBreakerKeepsCallsFromADeadEndpoint) {
    options_.base_url = "http://127.0.0.1:1/v1";
    options_.retry.max_attempts = 1;
    options_.breaker = {2, std::chrono::hours(1)};
    start();
    EXPECT_EQ(text(ask(), "code"), "connection");
    const auto second = ask();
    EXPECT_EQ(text(second, "code"), "connection");
    const auto third = ask();
    EXPECT_EQ(text(third, "code"), "circuit_open");
    EXPECT_TRUE(text(third, "message").ends_with("; the last time: " + text(second, "message")))
        << text(third, "message");
    EXPECT_EQ(chat_->counters().breaker, "open");
}

}  // namespace
}  // namespace cedar::host::services::llm
