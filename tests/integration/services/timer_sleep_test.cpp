#include "host/services/services.hpp"

#include <cedar/abi.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

namespace cedar::host::services {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

class TimerSleepTest : public testing::Test {
protected:
    std::future<ServiceReply> call(const std::string& body, SteadyTime deadline = SteadyTime::max(),
                                   Service::Cancel* cancel = nullptr) {
        const auto reply = std::make_shared<std::promise<ServiceReply>>();
        auto given = service_->call({"a.b", body, deadline, nullptr},
                                    [reply](ServiceReply value) { reply->set_value(std::move(value)); });
        if (cancel != nullptr) *cancel = std::move(given);
        return reply->get_future();
    }
    std::shared_ptr<Service> service_ = make_timer_sleep();
};

TEST_F(TimerSleepTest, SleepsForItsTimeAndNotLess) {
    const auto begin = SteadyClock::now();
    const auto reply = call(R"({"ms":20})").get();
    EXPECT_GE(SteadyClock::now() - begin, 20ms);
    EXPECT_EQ(reply.status, CEDAR_OK);
    EXPECT_EQ(reply.body, R"({"slept_ms":20})");
    EXPECT_EQ(call(R"({"ms":0})").get().status, CEDAR_OK);
}

// What the answers touch is theirs as well: the last of them may still be at work when the test has seen it.
TEST_F(TimerSleepTest, WakesTheShorterSleeperFirst) {
    struct Seen {
        std::mutex mutex;
        std::vector<int> order;
        std::vector<std::promise<void>> ended{3};
    };
    const auto seen = std::make_shared<Seen>();
    for (const int ms : {60, 40, 20}) {
        const auto cancel =
            service_->call({"a.b", "{\"ms\":" + std::to_string(ms) + "}", SteadyTime::max(), nullptr},
                           [seen, ms](const ServiceReply&) {
                               const std::lock_guard lock(seen->mutex);
                               seen->order.push_back(ms);
                               seen->ended[static_cast<std::size_t>(ms / 20 - 1)].set_value();
                           });
    }
    for (auto& end : seen->ended) end.get_future().wait();
    const std::lock_guard lock(seen->mutex);
    EXPECT_EQ(seen->order, (std::vector{20, 40, 60}));
}

TEST_F(TimerSleepTest, EndsAtTheDeadline) {
    const auto reply = call(R"({"ms":600000})", SteadyClock::now() + 10ms).get();
    EXPECT_EQ(reply.status, CEDAR_DEADLINE);
    EXPECT_EQ(call(R"({"ms":5})", SteadyClock::now() - 1s).get().status, CEDAR_DEADLINE);
}

TEST_F(TimerSleepTest, EndsWhenCancelledAndOnlyOnce) {
    Service::Cancel cancel;
    auto reply = call(R"({"ms":600000})", SteadyTime::max(), &cancel);
    ASSERT_TRUE(cancel);
    cancel();
    EXPECT_EQ(reply.get().status, CEDAR_CANCELLED);
    cancel();
    auto late = call(R"({"ms":1})", SteadyTime::max(), &cancel);
    EXPECT_EQ(late.get().status, CEDAR_OK);
    cancel();
}

TEST_F(TimerSleepTest, AnswersItsSleepersWhenItEnds) {
    Service::Cancel cancel;
    auto reply = call(R"({"ms":600000})", SteadyTime::max(), &cancel);
    service_.reset();
    EXPECT_EQ(reply.get().status, CEDAR_CANCELLED);
    cancel();
}

TEST_F(TimerSleepTest, RefusesWhatIsNoTime) {
    for (const auto* body : {"{}", R"({"ms":-1})", R"({"ms":600001})", R"({"ms":"5"})", R"({"ms":1.5})", "x"}) {
        EXPECT_EQ(call(body).get().status, CEDAR_INVALID_ARGUMENT) << body;
    }
}

TEST_F(TimerSleepTest, WakesTenThousandTogether) {
    constexpr int kSleepers = 10'000;
    struct Seen {
        std::atomic<int> awake = 0;
        std::promise<void> all;
    };
    const auto seen = std::make_shared<Seen>();
    const auto deadline = SteadyTime::max();
    for (int i = 0; i < kSleepers; ++i) {
        const auto cancel =
            service_->call({"a.b", R"({"ms":50})", deadline, nullptr}, [seen](const ServiceReply& reply) {
                EXPECT_EQ(reply.status, CEDAR_OK);
                if (++seen->awake == kSleepers) seen->all.set_value();
            });
    }
    const auto last_began = SteadyClock::now();
    seen->all.get_future().wait();
    const auto lateness = SteadyClock::now() - last_began - 50ms;
    RecordProperty("lateness_us",
                   static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(lateness).count()));
    EXPECT_EQ(seen->awake, kSleepers);
}

}  // namespace
}  // namespace cedar::host::services
