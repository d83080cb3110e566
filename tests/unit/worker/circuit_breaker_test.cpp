#include "host/worker/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace cedar::host::worker {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;

class CircuitBreakerTest : public testing::Test {
protected:
    void fail(int times) {
        for (int i = 0; i < times; ++i) breaker_.failure(now_, "was killed");
    }
    SteadyTime now_{1000s};
    CircuitBreaker breaker_{{.failures = 3, .pause = 1000ms, .pause_max = 3000ms}};
};

TEST_F(CircuitBreakerTest, OpensAfterSoManyFailuresInARow) {
    fail(2);
    breaker_.success();
    fail(2);
    EXPECT_EQ(breaker_.state(now_), State::closed);
    EXPECT_TRUE(breaker_.admit(now_));
    fail(1);
    EXPECT_EQ(breaker_.state(now_), State::open);
    EXPECT_FALSE(breaker_.admit(now_));
    EXPECT_EQ(breaker_.refusal(now_),
              "it failed 3 times in a row, the last time: was killed; it is tried again in 1000 ms");
}

TEST_F(CircuitBreakerTest, LetsOneThroughWhenHalfOpen) {
    fail(3);
    now_ += 1s;
    EXPECT_EQ(breaker_.state(now_), State::half_open);
    EXPECT_TRUE(breaker_.admit(now_));
    EXPECT_FALSE(breaker_.admit(now_));
    breaker_.withdrawn();
    EXPECT_TRUE(breaker_.admit(now_));
    breaker_.success();
    EXPECT_EQ(breaker_.state(now_), State::closed);
}

TEST_F(CircuitBreakerTest, StaysOpenLongerEachTimeUpToABound) {
    fail(3);
    for (const auto pause : {2000ms, 3000ms, 3000ms}) {
        now_ += 3s;
        ASSERT_TRUE(breaker_.admit(now_));
        fail(1);
        EXPECT_EQ(breaker_.state(now_ + pause - 1ms), State::open);
        EXPECT_EQ(breaker_.state(now_ + pause), State::half_open);
    }
}

TEST_F(CircuitBreakerTest, NeverOpensWhenItIsOff) {
    CircuitBreaker off({.failures = 0, .pause = 1ms, .pause_max = 1ms});
    for (int i = 0; i < 100; ++i) off.failure(now_, "x");
    EXPECT_TRUE(off.admit(now_));
}

}  // namespace
}  // namespace cedar::host::worker
