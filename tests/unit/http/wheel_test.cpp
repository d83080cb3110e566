#include "host/http/wheel.hpp"

#include "host/http/deadline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace cedar::host::http {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Waits for one time and remembers when it was called.
struct Waiter : std::enable_shared_from_this<Waiter> {
    Waiter(const std::shared_ptr<Wheel>& wheel, boost::asio::io_context& io) : deadline(wheel, io.get_executor()) {}
    void arm(std::chrono::milliseconds after) { deadline.arm<&Waiter::on_end>(after, weak_from_this()); }
    void on_end() { called.push_back(Clock::now()); }

    Deadline deadline;
    std::vector<Clock::time_point> called;
};

class Deadlines : public testing::Test {
protected:
    std::shared_ptr<Waiter> waiter() { return std::make_shared<Waiter>(wheel_, io_); }
    // Runs handlers until `done`; each wait here is far shorter than the patience.
    template <class Done>
    bool until(Done done) {
        const auto end = Clock::now() + 30s;
        for (; !done() && Clock::now() < end; io_.restart()) io_.run_one_for(100ms);
        return done();
    }

    boost::asio::io_context io_;
    std::shared_ptr<Wheel> wheel_ = std::make_shared<Wheel>(io_);
};

TEST_F(Deadlines, AreCalledOnceAndNeverTooEarly) {
    const auto one = waiter();
    const auto begin = Clock::now();
    one->arm(30ms);
    EXPECT_EQ(wheel_->waiting(), 1U);
    ASSERT_TRUE(until([&] { return !one->called.empty(); }));
    EXPECT_GE(one->called.front() - begin, 30ms);
    const auto other = waiter();
    other->arm(30ms);
    ASSERT_TRUE(until([&] { return !other->called.empty(); }));
    EXPECT_EQ(one->called.size(), 1U);
    EXPECT_EQ(wheel_->waiting(), 0U);
}

TEST_F(Deadlines, ThatAreArmedAgainWaitForTheLaterEnd) {
    const auto one = waiter();
    one->arm(10ms);
    const auto begin = Clock::now();
    one->arm(80ms);
    ASSERT_TRUE(until([&] { return !one->called.empty(); }));
    EXPECT_GE(one->called.front() - begin, 80ms);
    EXPECT_EQ(one->called.size(), 1U);
}

TEST_F(Deadlines, ThatAreArmedForAnEarlierEndDoNotWaitForTheOther) {
    const auto one = waiter();
    one->arm(1h);
    one->arm(10ms);
    ASSERT_TRUE(until([&] { return !one->called.empty(); }));
    EXPECT_EQ(wheel_->waiting(), 0U);
}

TEST_F(Deadlines, ThatWereDisarmedAreNotCalled) {
    const auto one = waiter();
    const auto other = waiter();
    one->arm(5ms);
    one->deadline.disarm();
    other->arm(40ms);
    ASSERT_TRUE(until([&] { return !other->called.empty(); }));
    EXPECT_TRUE(one->called.empty());
}

TEST_F(Deadlines, LeaveNothingBehindWithTheirOwners) {
    const auto last = waiter();
    {
        std::vector<std::shared_ptr<Waiter>> many;
        for (int i = 0; i < 100; ++i) many.emplace_back(waiter())->arm(std::chrono::milliseconds(i));
        last->arm(120ms);
        EXPECT_EQ(wheel_->waiting(), 101U);
    }
    EXPECT_EQ(wheel_->waiting(), 1U);
    ASSERT_TRUE(until([&] { return !last->called.empty(); }));
}

TEST_F(Deadlines, OfManyAreAllCalled) {
    std::vector<std::shared_ptr<Waiter>> many;
    const auto begin = Clock::now();
    for (int i = 0; i < 500; ++i) many.emplace_back(waiter())->arm(std::chrono::milliseconds(i % 97));
    ASSERT_TRUE(until([&] {
        return std::all_of(many.begin(), many.end(), [](const auto& one) { return one->called.size() == 1; });
    }));
    for (int i = 0; i < 500; ++i)
        EXPECT_GE(many[static_cast<std::size_t>(i)]->called.front() - begin, std::chrono::milliseconds(i % 97));
}

}  // namespace
}  // namespace cedar::host::http
