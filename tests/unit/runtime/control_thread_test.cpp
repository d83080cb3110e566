#include "host/runtime/control_thread.hpp"

#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <vector>

namespace cedar::host::runtime {
namespace {

using namespace std::chrono_literals;

struct ControlThreadTest : ::testing::Test {
    FakeClock clock;
    ControlThread control{clock};

    // Everything posted before has run when it returns.
    void settle() {
        std::latch done(1);
        control.post([&] { done.count_down(); });
        done.wait();
    }
    SteadyTime in(std::chrono::milliseconds time) const { return clock.now().steady + time; }
    void tick(std::chrono::milliseconds time) {
        clock.advance(time);
        control.nudge();
        settle();
    }
};

TEST_F(ControlThreadTest, RunsWhatIsPostedInOrderOnOneThread) {
    std::vector<int> seen;
    for (int i = 0; i < 100; ++i) {
        control.post([&, i] {
            EXPECT_TRUE(control.is_current());
            seen.push_back(i);
        });
    }
    settle();
    ASSERT_EQ(seen.size(), 100U);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
    EXPECT_FALSE(control.is_current());
}

TEST_F(ControlThreadTest, FiresADeadlineWhenItsTimeHasComeAndNotBefore) {
    bool fired = false;
    control.schedule(in(10ms), [&] { fired = true; });
    tick(9ms);
    EXPECT_FALSE(fired);
    tick(1ms);
    EXPECT_TRUE(fired);
}

TEST_F(ControlThreadTest, DueDeadlinesGoBeforeWhatIsPosted) {
    std::vector<int> seen;
    std::latch in_task(1), go(1);
    control.post([&] {
        in_task.count_down();
        go.wait();
    });
    in_task.wait();
    control.post([&] { seen.push_back(2); });
    control.schedule(in(5ms), [&] { seen.push_back(1); });
    clock.advance(5ms);
    go.count_down();
    settle();
    EXPECT_EQ(seen, (std::vector{1, 2}));
}

TEST_F(ControlThreadTest, ACancelledDeadlineDoesNotFire) {
    bool fired = false;
    const auto timer = control.schedule(in(1ms), [&] { fired = true; });
    EXPECT_TRUE(control.cancel(timer));
    EXPECT_FALSE(control.cancel(timer));
    EXPECT_FALSE(control.cancel(0));
    tick(5ms);
    EXPECT_FALSE(fired);
}

TEST_F(ControlThreadTest, StopRunsWhatWasPostedAndTakesNothingMore) {
    int ran = 0;
    control.post([&] { ++ran; });
    control.schedule(in(0ms) + 1h, [&] { ++ran; });
    control.stop();
    EXPECT_EQ(ran, 1);
    EXPECT_FALSE(control.post([&] { ++ran; }));
    EXPECT_EQ(control.schedule(in(0ms), [&] { ++ran; }), 0U);
    control.stop();
    EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace cedar::host::runtime
