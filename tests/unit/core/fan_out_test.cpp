#include "host/core/fan_out.hpp"

#include <gtest/gtest.h>

namespace cedar::host {
namespace {

using namespace std::chrono_literals;
using End = FanOut::End;

constexpr SteadyTime kStart{1000s};

std::vector<FanOutTask> tasks(std::initializer_list<std::chrono::milliseconds> limits) {
    std::vector<FanOutTask> out;
    for (const auto limit : limits) out.push_back({limit, false});
    return out;
}

TEST(FanOut, IsDoneAtOnceWithoutTasks) {
    const FanOut fan_out({}, {kStart + 1s, {}}, kStart);
    EXPECT_TRUE(fan_out.done());
    EXPECT_FALSE(fan_out.next_deadline());
}

TEST(FanOut, EndsEachSlotExactlyOnce) {
    FanOut fan_out(tasks({10ms, 20ms}), {kStart + 1s, {}}, kStart);
    EXPECT_TRUE(fan_out.on_result(0, true));
    EXPECT_FALSE(fan_out.on_result(0, true));
    fan_out.on_time(kStart + 1s);
    EXPECT_FALSE(fan_out.on_result(1, true));
    const auto ended = fan_out.take_ended();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].slot, 1U);
    EXPECT_EQ(ended[0].how, End::timeout);
    EXPECT_TRUE(fan_out.take_ended().empty());
    EXPECT_TRUE(fan_out.done());
    EXPECT_EQ(fan_out.ok_count(), 1U);
}

TEST(FanOut, HandsOutWhatEndedInPiecesAndForgetsNone) {
    FanOut fan_out(tasks({10ms, 10ms, 10ms, 20ms}), {kStart + 1s, {}}, kStart);
    fan_out.on_time(kStart + 10ms);
    EXPECT_EQ(fan_out.take_ended(2).size(), 2U);
    EXPECT_TRUE(fan_out.has_ended());
    fan_out.on_time(kStart + 20ms);  // more end before the first have been taken
    EXPECT_TRUE(fan_out.done());
    auto rest = fan_out.take_ended(1);
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].slot, 2U);
    rest = fan_out.take_ended(10);
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].slot, 3U);
    EXPECT_FALSE(fan_out.has_ended());
    EXPECT_TRUE(fan_out.take_ended().empty());
}

TEST(FanOut, GivesEachSlotTheLesserOfItsLimitAndTheCut) {
    const FanOut fan_out(tasks({10ms, 5000ms}), {kStart + 1s, {}}, kStart);
    EXPECT_EQ(fan_out.deadline_of(0), kStart + 10ms);
    EXPECT_EQ(fan_out.deadline_of(1), kStart + 1s);
}

TEST(FanOut, EndsSlotsAtTheirDeadlineAndNotBefore) {
    FanOut fan_out(tasks({30ms, 10ms, 20ms}), {kStart + 1s, {}}, kStart);
    EXPECT_EQ(fan_out.next_deadline(), kStart + 10ms);
    fan_out.on_time(kStart + 10ms - 1ns);
    EXPECT_EQ(fan_out.open(), 3U);
    fan_out.on_time(kStart + 20ms);
    const auto ended = fan_out.take_ended();
    ASSERT_EQ(ended.size(), 2U);
    EXPECT_EQ(ended[0].slot, 1U);
    EXPECT_EQ(ended[1].slot, 2U);
    EXPECT_EQ(fan_out.next_deadline(), kStart + 30ms);
}

TEST(FanOut, SkipsTheDeadlineOfASlotThatHasAResult) {
    FanOut fan_out(tasks({10ms, 20ms}), {kStart + 1s, {}}, kStart);
    EXPECT_TRUE(fan_out.on_result(0, false));
    EXPECT_EQ(fan_out.next_deadline(), kStart + 20ms);
    fan_out.on_time(kStart + 15ms);
    EXPECT_TRUE(fan_out.take_ended().empty());
}

TEST(FanOut, EndsTheRestWhenTheQuorumIsMet) {
    FanOut fan_out(tasks({1s, 1s, 1s, 1s}), {kStart + 1s, 2}, kStart);
    EXPECT_TRUE(fan_out.on_result(3, true));
    EXPECT_TRUE(fan_out.on_result(1, false));
    EXPECT_FALSE(fan_out.done());
    EXPECT_TRUE(fan_out.on_result(0, true));
    EXPECT_TRUE(fan_out.done());
    const auto ended = fan_out.take_ended();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].slot, 2U);
    EXPECT_EQ(ended[0].how, End::quorum_met);
}

TEST(FanOut, WaitsForRequiredSlotsBeyondTheQuorum) {
    std::vector<FanOutTask> list(3);
    list[1].required = true;
    FanOut fan_out(list, {kStart + 60s, 1}, kStart);
    EXPECT_TRUE(fan_out.on_result(0, true));
    EXPECT_EQ(fan_out.open(), 1U);
    EXPECT_TRUE(fan_out.on_result(1, true));
    EXPECT_TRUE(fan_out.done());
}

TEST(FanOut, CancelsWhatIsOpen) {
    FanOut fan_out(tasks({1s, 1s}), {kStart + 1s, {}}, kStart);
    EXPECT_TRUE(fan_out.on_result(0, true));
    fan_out.cancel();
    const auto ended = fan_out.take_ended();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].how, End::cancelled);
    EXPECT_TRUE(fan_out.done());
}

TEST(FanOut, EndsAllAtOnceWhenTheCutIsPast) {
    FanOut fan_out(tasks({1s}), {kStart - 1ms, {}}, kStart);
    fan_out.on_time(kStart);
    EXPECT_TRUE(fan_out.done());
}

}  // namespace
}  // namespace cedar::host
