#include "host/runtime/deadline_watch.hpp"

#include "host/runtime/deadline_heap.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace cedar::host::runtime {
namespace {

using namespace std::chrono_literals;

// A watch over a heap of timers that are fired by hand.
class DeadlineWatchTest : public ::testing::Test {
protected:
    struct One final : Watched, std::enable_shared_from_this<One> {
        explicit One(std::function<void()> tell) : told(std::move(tell)) {}
        void on_deadline() override { told(); }
        std::shared_ptr<Watched> keep() override { return shared_from_this(); }
        std::function<void()> told;
    };

    [[nodiscard]] std::shared_ptr<One> one(int number) {
        return std::make_shared<One>([this, number] { told_.push_back(number); });
    }
    void tick(std::chrono::milliseconds by) {
        now_ += by;
        while (auto task = timers_.pop_due(now_)) task();
    }

    SteadyTime now_{std::chrono::hours(1)};
    DeadlineHeap timers_;
    std::size_t timers_set_ = 0;
    std::vector<int> told_;
    DeadlineWatch watch_{{[this](SteadyTime when) {
                              ++timers_set_;
                              return timers_.push(when, [this, when] { watch_.fire(when); });
                          },
                          [this](std::uint64_t timer) { static_cast<void>(timers_.erase(timer)); }}};
};

TEST_F(DeadlineWatchTest, TellsEachAtItsMomentAndNotBefore) {
    const auto first = one(1), second = one(2);
    watch_.add(*second, now_ + 20ms);
    watch_.add(*first, now_ + 10ms);
    tick(9ms);
    EXPECT_TRUE(told_.empty());
    tick(1ms);
    EXPECT_EQ(told_, std::vector{1});
    tick(10ms);
    EXPECT_EQ(told_, (std::vector{1, 2}));
    EXPECT_EQ(watch_.moments(), 0U);
    EXPECT_EQ(timers_.size(), 0U);
}

TEST_F(DeadlineWatchTest, SetsOneTimerForAThousandWhoShareAMoment) {
    std::vector<std::shared_ptr<One>> all;
    for (int i = 0; i < 1000; ++i) watch_.add(*all.emplace_back(one(i)), now_ + 10ms);
    EXPECT_EQ(timers_set_, 1U);
    tick(10ms);
    EXPECT_EQ(std::set<int>(told_.begin(), told_.end()).size(), 1000U);
    EXPECT_EQ(told_.size(), 1000U);
}

TEST_F(DeadlineWatchTest, TellsNobodyWhoWasRemoved) {
    const auto first = one(1), second = one(2), third = one(3);
    for (const auto& each : {first, second, third}) watch_.add(*each, now_ + 10ms);
    watch_.remove(*second);
    watch_.remove(*second);
    tick(10ms);
    EXPECT_EQ(std::set<int>(told_.begin(), told_.end()), (std::set<int>{1, 3}));
    watch_.remove(*first);  // was told: nothing is left of it
}

TEST_F(DeadlineWatchTest, DropsTheTimerOfAMomentThatNobodyWaitsFor) {
    const auto first = one(1);
    watch_.add(*first, now_ + 10ms);
    watch_.remove(*first);
    EXPECT_EQ(timers_.size(), 0U);
    EXPECT_EQ(watch_.moments(), 0U);
    watch_.add(*first, now_ + 10ms);
    EXPECT_EQ(timers_set_, 2U);
    tick(10ms);
    EXPECT_EQ(told_, std::vector{1});
}

TEST_F(DeadlineWatchTest, TellsWhoComesAfterItsMomentAtOnce) {
    const auto first = one(1);
    watch_.add(*first, now_ - 1ms);
    tick(0ms);
    EXPECT_EQ(told_, std::vector{1});
}

TEST_F(DeadlineWatchTest, MayBeAskedFromWithinTheCall) {
    const auto second = one(2);
    const auto gone = one(3);
    const auto first = std::make_shared<One>([&] {
        told_.push_back(1);
        watch_.remove(*gone);
        watch_.add(*second, now_ + 5ms);
    });
    watch_.add(*gone, now_ + 20ms);
    watch_.add(*first, now_ + 10ms);
    tick(10ms);
    tick(30ms);
    EXPECT_EQ(told_, (std::vector{1, 2}));
}

TEST_F(DeadlineWatchTest, KeepsAliveWhomItTells) {
    bool told = false;
    std::shared_ptr<One> first;
    first = std::make_shared<One>([&] {
        first.reset();
        told = true;
    });
    watch_.add(*first, now_ + 1ms);
    tick(1ms);
    EXPECT_TRUE(told);
}

}  // namespace
}  // namespace cedar::host::runtime
