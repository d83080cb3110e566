#include "tests/integration/llm/llm_fixture.hpp"

namespace cedar::host::services::llm {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kStreamed = R"({"stream":true,"messages":[{"role":"user","content":"Hi"}]})";

class LlmChatStreamTest : public LlmFixture {
protected:
    Pending begin_stream(std::chrono::milliseconds limit = 20s) {
        return begin(kStreamed, limit, [this](EmitKind kind, std::string json) {
            EXPECT_EQ(kind, EmitKind::token);
            const auto document = parse_json(json);
            ASSERT_TRUE(document.has_value());
            const std::lock_guard lock(mutex_);
            told_ += string_member(*document, "text");
            ++tokens_;
        });
    }

    std::mutex mutex_;
    std::string told_;
    std::size_t tokens_ = 0;
};

TEST_F(LlmChatStreamTest, PassesTextOnAsItComesAndAnswersWithTheWhole) {
    stub_.set_rules(R"({"rules":[{"reply":{"text":"Hello, streamed world: äöü","chunk_chars":3}}]})");
    start();
    const auto reply = begin_stream().reply.get();
    EXPECT_EQ(reply.status, CEDAR_OK) << reply.body;
    EXPECT_EQ(text(reply, "text"), "Hello, streamed world: äöü");
    EXPECT_EQ(told_, "Hello, streamed world: äöü");
    EXPECT_GE(tokens_, 1U);
    EXPECT_NE(reply.body.find(R"("output_tokens":20)"), std::string::npos);
}

TEST_F(LlmChatStreamTest, AStreamThatBreaksOffIsNeverRetried) {
    stub_.set_rules(R"({"rules":[{"reply":{"text":"Hello, streamed world","chunk_chars":3,"fault":"truncate"}}]})");
    start();
    const auto reply = begin_stream().reply.get();
    EXPECT_EQ(reply.status, CEDAR_UNAVAILABLE);
    EXPECT_EQ(attempts(reply), 1U);
    EXPECT_EQ(stub_.counter("calls"), 1U);
}

TEST_F(LlmChatStreamTest, AStreamThatStallsEndsAtItsLimit) {
    stub_.set_rules(R"({"rules":[{"reply":{"text":"Hello, streamed world","chunk_chars":3,"fault":"stall"}}]})");
    options_.time.stall = 40ms;
    start();
    const auto reply = begin_stream().reply.get();
    EXPECT_EQ(text(reply, "code"), "time_limit_stall");
    EXPECT_EQ(attempts(reply), 1U);
}

TEST_F(LlmChatStreamTest, AStreamThatNeverEndsEndsAtItsBound) {
    stub_.set_rules(R"({"rules":[{"reply":{"text":"0123456789","chunk_chars":10,"endless":true}}]})");
    options_.max_response_bytes = 20000;
    start();
    const auto reply = begin_stream().reply.get();
    EXPECT_EQ(reply.status, CEDAR_LIMIT) << reply.body;
    EXPECT_EQ(text(reply, "code"), "answer_too_large");
}

TEST_F(LlmChatStreamTest, CancelWhileStreamingClosesTheTransfer) {
    stub_.set_rules(R"({"rules":[{"reply":{"text":"0123456789","endless":true,"chunk_gap_ms":1}}]})");
    start();
    auto call = begin_stream();
    while (stub_.counter("live") < 1) {}
    call.cancel();
    EXPECT_EQ(call.reply.get().status, CEDAR_CANCELLED);
    while (stub_.counter("live") > 0) {}
    EXPECT_EQ(stub_.counter("aborted"), 1U);
}

}  // namespace
}  // namespace cedar::host::services::llm
