#include "host/redis/retry_pause.hpp"

#include <gtest/gtest.h>

namespace cedar::host::redis {
namespace {

using namespace std::chrono_literals;

TEST(RetryPause, DoublesUntilItIsShortEnoughToNoticeAReturnWithinASecond) {
    RetryPause pause(100ms, 5000ms);
    EXPECT_EQ(pause.next(0ms, 1), 100ms);
    EXPECT_EQ(pause.next(100ms, 1), 200ms);
    EXPECT_EQ(pause.next(300ms, 1), 400ms);
    for (auto away = 700ms; away < RetryPause::kShortAway; away += 600ms)
        EXPECT_EQ(pause.next(away, 1), RetryPause::kShortPause);
}

TEST(RetryPause, GrowsToItsMostOnceItHasLastedLong) {
    RetryPause pause(100ms, 5000ms);
    while (pause.next(9s, 1) < RetryPause::kShortPause) {}
    EXPECT_EQ(pause.next(10s, 1), 1200ms);
    EXPECT_EQ(pause.next(12s, 1), 2400ms);
    EXPECT_EQ(pause.next(14s, 1), 4800ms);
    EXPECT_EQ(pause.next(19s, 1), 5000ms);
    EXPECT_EQ(pause.next(24s, 1), 5000ms);
}

TEST(RetryPause, IsSpreadOverHalfOfItself) {
    RetryPause pause(100ms, 5000ms);
    EXPECT_EQ(pause.next(0ms, 0), 50ms);
    EXPECT_EQ(pause.next(0ms, 0.5), 150ms);
}

TEST(RetryPause, BeginsAnewAfterAReset) {
    RetryPause pause(100ms, 5000ms);
    EXPECT_EQ(pause.next(0ms, 1), 100ms);
    EXPECT_EQ(pause.next(0ms, 1), 200ms);
    pause.reset();
    EXPECT_EQ(pause.next(0ms, 1), 100ms);
}

TEST(RetryPause, NeverExceedsItsMost) {
    RetryPause pause(100ms, 150ms);
    EXPECT_EQ(pause.next(0ms, 1), 100ms);
    EXPECT_EQ(pause.next(0ms, 1), 150ms);
    EXPECT_EQ(pause.next(60s, 1), 150ms);
}

}  // namespace
}  // namespace cedar::host::redis
