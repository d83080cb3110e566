#include "host/services/llm/token_bucket.hpp"

#include <gtest/gtest.h>

namespace cedar::host::services::llm {
namespace {

using namespace std::chrono_literals;
constexpr SteadyTime kStart{};

TEST(TokenBucket, LetsAMinutesWorthThroughAtOnceThenAtItsRate) {
    TokenBucket bucket(60, kStart);
    EXPECT_EQ(bucket.wait_for(60, kStart), 0ms);
    bucket.take(60, kStart);
    EXPECT_EQ(bucket.wait_for(1, kStart), 1000ms);
    EXPECT_EQ(bucket.wait_for(1, kStart + 1s), 0ms);
    EXPECT_EQ(bucket.wait_for(2, kStart + 1s), 1000ms);
}

TEST(TokenBucket, NeverHoldsMoreThanItsCapacity) {
    TokenBucket bucket(60, kStart);
    bucket.take(1, kStart);
    bucket.take(60, kStart + 1h);
    EXPECT_EQ(bucket.wait_for(1, kStart + 1h), 1000ms);
}

TEST(TokenBucket, TreatsMoreThanItsCapacityAsItsCapacity) {
    TokenBucket bucket(60, kStart);
    EXPECT_EQ(bucket.wait_for(1000, kStart), 0ms);
    bucket.take(1000, kStart);
    EXPECT_GT(bucket.wait_for(1, kStart), 900s);
}

TEST(TokenBucket, ARateOfZeroIsNoLimit) {
    TokenBucket bucket(0, kStart);
    bucket.take(1e9, kStart);
    EXPECT_EQ(bucket.wait_for(1e9, kStart), 0ms);
}

}  // namespace
}  // namespace cedar::host::services::llm
