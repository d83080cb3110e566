#include "host/worker/brief_poll.hpp"

#include <gtest/gtest.h>

namespace cedar::host::worker {
namespace {

using namespace std::chrono_literals;

struct HandClock {
    using duration = std::chrono::microseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<HandClock>;
    [[maybe_unused]] static constexpr bool is_steady = true;
    static time_point now() { return moment; }
    static inline time_point moment{};
};

using Poll = BasicBriefPoll<HandClock>;

class BriefPollTest : public testing::Test {
protected:
    // What comes in the `nth` look, each of which takes 10 us; 0: not while it looks, but after `asleep`.
    int wait(Poll& poll, int nth, std::chrono::microseconds asleep = 0us) {
        looks_ = sleeps_ = 0;
        return poll.wait(
            [&] {
                HandClock::moment += 10us;
                return ++looks_ == nth ? 1 : 0;
            },
            [&] {
                ++sleeps_;
                HandClock::moment += asleep;
                return comes_ ? 1 : 0;
            });
    }

    int looks_ = 0, sleeps_ = 0;
    bool comes_ = true;
};

TEST_F(BriefPollTest, SleepsAtOnceAtFirst) {
    Poll poll(true);
    EXPECT_EQ(wait(poll, 1), 1);
    EXPECT_EQ(looks_, 0);
    EXPECT_EQ(sleeps_, 1);
}

TEST_F(BriefPollTest, LooksAgainAfterSomethingCameSoon) {
    Poll poll(true);
    EXPECT_EQ(wait(poll, 0, Poll::kSoon), 1);
    EXPECT_EQ(wait(poll, 3), 1);
    EXPECT_EQ(looks_, 3);
    EXPECT_EQ(sleeps_, 0);
}

TEST_F(BriefPollTest, LooksNoLongerThanItsBound) {
    Poll poll(true);
    EXPECT_EQ(wait(poll, 0), 1);
    EXPECT_EQ(wait(poll, 0, 1us), 1);
    EXPECT_EQ(looks_, Poll::kLookFor / 10us);
    EXPECT_EQ(sleeps_, 1);
}

TEST_F(BriefPollTest, SleepsWhenNothingHasComeForAWhile) {
    Poll poll(true);
    EXPECT_EQ(wait(poll, 0), 1);
    EXPECT_EQ(wait(poll, 0, Poll::kSoon), 1);  // beyond, with what it looked for
    EXPECT_EQ(wait(poll, 1), 1);
    EXPECT_EQ(looks_, 0);
}

TEST_F(BriefPollTest, SleepsAfterAWaitThatCameToNothing) {
    Poll poll(true);
    EXPECT_EQ(wait(poll, 0), 1);
    comes_ = false;
    EXPECT_EQ(wait(poll, 0), 0);
    comes_ = true;
    EXPECT_EQ(wait(poll, 1), 1);
    EXPECT_EQ(looks_, 0);
}

TEST_F(BriefPollTest, NeverLooksWithOneProcessor) {
    Poll poll(false);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(wait(poll, 1), 1);
        EXPECT_EQ(looks_, 0);
    }
}

}  // namespace
}  // namespace cedar::host::worker
