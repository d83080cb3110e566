#include "host/http/ack_registry.hpp"

#include "host/core/event_writer.hpp"
#include "host/runtime/thread_event_log.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/memory_event_archive.hpp"
#include "tests/support/recording_log.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

class AckRegistryTest : public testing::Test {
protected:
    // An event that wants an ack; its eid.
    std::string say(const std::string& run = "a") {
        const auto run_id = run_named(run), eid = run_named(std::to_string(++eids_) + "f");
        EventWriter writer({EventType::message, ++seqs_[run], run_id, eid, "t", 1, 7});
        log_.append(writer.text("role", "user").text("text", "x").finish());
        return eid;
    }
    AckRegistry make(std::size_t max = 100) { return {log_, clock_, lines_, std::chrono::seconds(10), max}; }

    MemoryEventArchive archive_;
    runtime::ThreadEventLog log_{{}, archive_};
    FakeClock clock_;
    RecordingLog lines_;
    std::map<std::string, std::uint64_t> seqs_;
    int eids_ = 0;
};

TEST_F(AckRegistryTest, TakesAnAckFromTheMomentTheEventIsThereAndAgain) {
    auto acks = make();
    const auto eid = say();
    EXPECT_TRUE(acks.ack(eid));
    EXPECT_TRUE(acks.ack(eid));
    EXPECT_EQ(acks.counters().acked, 1U);
}

TEST_F(AckRegistryTest, KnowsOnlyEventsThatWantAnAck) {
    auto acks = make();
    log_.append(make_event("b", 1, 7));
    EXPECT_FALSE(acks.ack(run_named("e1")));
    EXPECT_FALSE(acks.ack(std::string(32, 'f')));
    EXPECT_FALSE(acks.ack("x"));
    EXPECT_FALSE(acks.ack(""));
}

TEST_F(AckRegistryTest, ForgetsWhatIsNotAcknowledgedInTimeWithOneLineARun) {
    auto acks = make();
    const auto acked = say();
    const auto missed = say();
    say();
    say("b");
    EXPECT_TRUE(acks.ack(acked));
    clock_.advance(std::chrono::seconds(10));
    while (acks.expire(100)) {}
    EXPECT_FALSE(acks.ack(missed));
    EXPECT_FALSE(acks.ack(acked));
    EXPECT_EQ(acks.counters().timeouts, 3U);
    EXPECT_EQ(acks.counters().pending, 0U);
    EXPECT_EQ(lines_.count("ACK"), 2U);
    EXPECT_EQ(lines_.count("ACK", "2 events were not acknowledged within 10000 ms"), 1U);
}

TEST_F(AckRegistryTest, IsBounded) {
    auto acks = make(3);
    const auto first = say();
    for (int i = 0; i < 9; ++i) say();
    const auto last = say();
    EXPECT_TRUE(acks.ack(last));
    EXPECT_FALSE(acks.ack(first));
    EXPECT_EQ(acks.counters().pending, 3U);
    EXPECT_EQ(acks.counters().forgotten, 8U);
}

TEST_F(AckRegistryTest, LearnsAndForgetsAFewAtATime) {
    auto acks = make();
    for (int i = 0; i < 5; ++i) say();
    EXPECT_TRUE(acks.expire(2));
    EXPECT_EQ(acks.counters().pending, 2U);
    while (acks.expire(2)) {}
    EXPECT_EQ(acks.counters().pending, 5U);
    clock_.advance(std::chrono::seconds(10));
    EXPECT_TRUE(acks.expire(2));
    EXPECT_EQ(acks.counters().pending, 3U);
    EXPECT_EQ(lines_.count("ACK"), 0U);
    while (acks.expire(2)) {}
    EXPECT_EQ(acks.counters().pending, 0U);
    EXPECT_EQ(lines_.count("ACK", "5 events were not acknowledged within 10000 ms"), 1U);
}

TEST_F(AckRegistryTest, TakesNoAckAfterItsTimeThoughNobodyHasForgottenTheEvent) {
    auto acks = make();
    const auto eid = say();
    EXPECT_TRUE(acks.expire(100));
    clock_.advance(std::chrono::seconds(10));
    EXPECT_FALSE(acks.ack(eid));
    EXPECT_EQ(acks.counters().acked, 0U);
}

}  // namespace
}  // namespace cedar::host::http
