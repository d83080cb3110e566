#include "host/runtime/memory_event_log.hpp"

#include <gtest/gtest.h>

namespace cedar::host::runtime {
namespace {

EventPtr event(const std::string& run, std::uint64_t seq, EventType type = EventType::info,
               std::size_t bytes = 10) {
    auto made = std::make_shared<Event>();
    made->run_id = run;
    made->seq = seq;
    made->type = type;
    made->json = std::string(bytes, 'x');
    return made;
}

std::vector<std::uint64_t> seqs(const std::vector<EventPtr>& events) {
    std::vector<std::uint64_t> out;
    for (const auto& one : events) out.push_back(one->seq);
    return out;
}

TEST(MemoryEventLog, ReadsWhatCameAfterAPosition) {
    MemoryEventLog log;
    for (std::uint64_t seq = 1; seq <= 5; ++seq) log.append(event("a", seq));
    log.append(event("b", 1));
    EXPECT_EQ(seqs(log.read("a", 0)), (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
    EXPECT_EQ(seqs(log.read("a", 3)), (std::vector<std::uint64_t>{4, 5}));
    EXPECT_TRUE(log.read("a", 5).empty());
    EXPECT_TRUE(log.read("absent", 0).empty());
}

TEST(MemoryEventLog, WakesOnceUntilItIsRead) {
    MemoryEventLog log;
    int woken = 0;
    const auto subscription = log.subscribe("a", [&] { ++woken; });
    EXPECT_EQ(woken, 0);
    log.append(event("a", 1));
    log.append(event("a", 2));
    EXPECT_EQ(woken, 1);
    EXPECT_EQ(log.read("a", 0).size(), 2U);
    log.append(event("a", 3));
    EXPECT_EQ(woken, 2);
    log.append(event("b", 1));
    EXPECT_EQ(woken, 2);
}

TEST(MemoryEventLog, WakesOnceForEventsThatComeTogether) {
    MemoryEventLog log;
    int woken = 0;
    std::size_t seen = 0;
    const auto subscription = log.subscribe("a", [&] {
        ++woken;
        seen = log.read("a", 0).size();
    });
    log.append_all(std::vector{event("a", 1), event("a", 2), event("a", 3)});
    log.append_all({});
    EXPECT_EQ(woken, 1);
    EXPECT_EQ(seen, 3U);
}

TEST(MemoryEventLog, TakesEventsOfSeveralRunsAtOnce) {
    MemoryEventLog log;
    int a = 0, b = 0;
    const auto of_a = log.subscribe("a", [&] { ++a; });
    const auto of_b = log.subscribe("b", [&] { ++b; });
    log.append_mixed(std::vector{event("a", 1), event("b", 1), event("a", 2)});
    EXPECT_EQ(seqs(log.read("a", 0)), (std::vector<std::uint64_t>{1, 2}));
    EXPECT_EQ(log.last_seq("a"), 2U);
    EXPECT_EQ(log.last_seq("b"), 1U);
    EXPECT_EQ(log.last_seq("absent"), 0U);
    EXPECT_EQ(a, 1);
    EXPECT_EQ(b, 1);
    log.append_mixed({});
    EXPECT_EQ(a + b, 2);
}

TEST(MemoryEventLog, WakesAtOnceWhenThereAreEventsAlready) {
    MemoryEventLog log;
    log.append(event("a", 1));
    int woken = 0;
    const auto subscription = log.subscribe("a", [&] { ++woken; });
    EXPECT_EQ(woken, 1);
}

TEST(MemoryEventLog, AnEndedSubscriptionIsNotWoken) {
    MemoryEventLog log;
    int woken = 0;
    auto subscription = log.subscribe("a", [&] { ++woken; });
    EXPECT_EQ(log.usage().subscriptions, 1U);
    subscription.reset();
    log.append(event("a", 1));
    EXPECT_EQ(woken, 0);
    EXPECT_EQ(log.usage().subscriptions, 0U);
}

TEST(MemoryEventLog, ASubscriptionMayEndItselfWhenWoken) {
    MemoryEventLog log;
    std::unique_ptr<Subscription> subscription;
    subscription = log.subscribe("a", [&] { subscription.reset(); });
    log.append(event("a", 1));
    EXPECT_EQ(log.usage().subscriptions, 0U);
}

TEST(MemoryEventLog, ASubscriptionMayOutliveTheLog) {
    auto log = std::make_unique<MemoryEventLog>();
    const auto subscription = log->subscribe("a", [] {});
    log.reset();
}

TEST(MemoryEventLog, AWakeMayRead) {
    MemoryEventLog log;
    std::size_t read = 0;
    const auto subscription = log.subscribe("a", [&] { read = log.read("a", 0).size(); });
    log.append(event("a", 1));
    log.append(event("a", 2));
    EXPECT_EQ(read, 2U);
}

TEST(MemoryEventLog, ForgetsTheOldestOfARunBeyondItsBounds) {
    MemoryEventLog log({.events_per_run = 3});
    for (std::uint64_t seq = 1; seq <= 5; ++seq) log.append(event("a", seq));
    EXPECT_EQ(seqs(log.read("a", 0)), (std::vector<std::uint64_t>{3, 4, 5}));
    EXPECT_EQ(log.usage().forgotten, 2U);
    MemoryEventLog small({.bytes_per_run = 3000});
    for (std::uint64_t seq = 1; seq <= 5; ++seq) small.append(event("a", seq, EventType::info, 1000));
    EXPECT_EQ(small.read("a", 0).size(), 2U);
    small.append(event("a", 6, EventType::final, 10000));
    EXPECT_EQ(seqs(small.read("a", 0)), std::vector<std::uint64_t>{6});  // the newest stays whatever its size
}

TEST(MemoryEventLog, KeepsSoManyEndedRuns) {
    MemoryEventLog log({.ended_runs = 2});
    for (const char* run : {"a", "b", "c"}) log.append(event(run, 1, EventType::final));
    EXPECT_TRUE(log.read("a", 0).empty());
    EXPECT_EQ(log.read("b", 0).size(), 1U);
    EXPECT_EQ(log.read("c", 0).size(), 1U);
    EXPECT_EQ(log.usage().runs, 2U);
}

TEST(MemoryEventLog, DropsARunThatNobodyReadsAndThatHasNotEnded) {
    MemoryEventLog log;
    for (const char* run : {"left", "read"}) log.append(event(run, 1));
    log.append(event("ended", 1, EventType::final));
    const auto reader = log.subscribe("read", [] {});
    for (const char* run : {"left", "read", "ended", "absent"}) log.drop(run);
    EXPECT_TRUE(log.read("left", 0).empty());
    EXPECT_EQ(log.read("read", 0).size(), 1U);
    EXPECT_EQ(log.read("ended", 0).size(), 1U);
    EXPECT_EQ(log.usage().runs, 2U);
    const auto bytes = log.usage().bytes;
    log.append(event("left", 2));
    EXPECT_EQ(seqs(log.read("left", 0)), (std::vector<std::uint64_t>{2})) << "it may go on";
    log.drop("left");
    EXPECT_EQ(log.usage().bytes, bytes);
}

TEST(MemoryEventLog, BeyondAllBytesEndedRunsGoFirstThenTheLargestForgets) {
    MemoryEventLog log({.bytes = 10000});
    log.append(event("ended", 1, EventType::final, 2000));
    log.append(event("also ended", 1, EventType::final, 10));
    for (std::uint64_t seq = 1; seq <= 6; ++seq) log.append(event("large", seq, EventType::info, 1000));
    EXPECT_EQ(log.read("large", 0).size(), 6U);
    log.append(event("small", 1, EventType::info, 1500));
    EXPECT_TRUE(log.read("ended", 0).empty());
    EXPECT_EQ(log.read("small", 0).size(), 1U);
    log.append(event("small", 2, EventType::info, 1000));
    EXPECT_LT(log.read("large", 0).size(), 6U);
    EXPECT_EQ(log.read("small", 0).size(), 2U);
    EXPECT_LE(log.usage().bytes, 10000U);
}

}  // namespace
}  // namespace cedar::host::runtime
