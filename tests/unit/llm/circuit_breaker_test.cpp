#include "host/services/llm/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace cedar::host::services::llm {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;
constexpr SteadyTime kStart{};

CircuitBreaker opened() {
    CircuitBreaker breaker({2, 10s});
    breaker.on_failure(kStart);
    breaker.on_failure(kStart);
    return breaker;
}

TEST(CircuitBreaker, OpensAfterFailuresInARowOnly) {
    CircuitBreaker breaker({2, 10s});
    breaker.on_failure(kStart);
    breaker.on_success();
    breaker.on_failure(kStart);
    EXPECT_EQ(breaker.state(), State::closed);
    breaker.on_failure(kStart);
    EXPECT_EQ(breaker.state(), State::open);
    EXPECT_FALSE(breaker.allow(kStart + 9s));
}

TEST(CircuitBreaker, LetsOneProbeThroughWhoseOutcomeDecides) {
    auto breaker = opened();
    EXPECT_TRUE(breaker.allow(kStart + 10s));
    EXPECT_FALSE(breaker.allow(kStart + 10s));
    breaker.on_failure(kStart + 11s);
    EXPECT_FALSE(breaker.allow(kStart + 20s));
    EXPECT_TRUE(breaker.allow(kStart + 21s));
    breaker.on_success();
    EXPECT_EQ(breaker.state(), State::closed);
    EXPECT_TRUE(breaker.allow(kStart + 21s));
}

TEST(CircuitBreaker, AnAbandonedProbeMakesRoomForAnother) {
    auto breaker = opened();
    EXPECT_TRUE(breaker.allow(kStart + 10s));
    breaker.on_abandoned();
    EXPECT_TRUE(breaker.allow(kStart + 10s));
}

TEST(CircuitBreaker, ZeroFailuresMeansNever) {
    CircuitBreaker breaker({0, 10s});
    for (int i = 0; i < 100; ++i) breaker.on_failure(kStart);
    EXPECT_TRUE(breaker.allow(kStart));
}

}  // namespace
}  // namespace cedar::host::services::llm
