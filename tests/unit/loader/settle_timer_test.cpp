#include "host/loader/settle_timer.hpp"

#include <gtest/gtest.h>

namespace cedar::host::loader {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{1000s};

TEST(SettleTimer, HasNothingToActOnAtFirst) {
    SettleTimer timer(50ms, 500ms);
    EXPECT_FALSE(timer.due());
    EXPECT_FALSE(timer.take(kStart));
}

TEST(SettleTimer, WaitsForQuietAfterTheLastChange) {
    SettleTimer timer(50ms, 500ms);
    timer.note(kStart);
    timer.note(kStart + 40ms);
    EXPECT_EQ(timer.due(), kStart + 90ms);
    EXPECT_FALSE(timer.take(kStart + 89ms));
    EXPECT_TRUE(timer.take(kStart + 90ms));
}

TEST(SettleTimer, IsPutOffNoLongerThanItsBound) {
    SettleTimer timer(50ms, 500ms);
    for (auto passed = 0ms; passed <= 490ms; passed += 10ms) {
        timer.note(kStart + passed);
        EXPECT_FALSE(timer.take(kStart + passed));
    }
    EXPECT_EQ(timer.due(), kStart + 500ms);
    EXPECT_TRUE(timer.take(kStart + 500ms));
}

TEST(SettleTimer, ActsOnceABurst) {
    SettleTimer timer(50ms, 500ms);
    timer.note(kStart);
    EXPECT_TRUE(timer.take(kStart + 50ms));
    EXPECT_FALSE(timer.take(kStart + 60ms));
    timer.note(kStart + 700ms);
    EXPECT_EQ(timer.due(), kStart + 750ms);  // the bound counts from this burst's first
}

}  // namespace
}  // namespace cedar::host::loader
