#include "host/http/peers.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace cedar::host::http {
namespace {

using namespace std::chrono_literals;
const SteadyTime start{1h};

TEST(TokenBucket, GivesABurstAndThenItsRate) {
    TokenBucket bucket(3, 2);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(1, start));
    EXPECT_FALSE(bucket.take(1, start));
    EXPECT_FALSE(bucket.take(1, start + 499ms));
    EXPECT_TRUE(bucket.take(1, start + 500ms));
    EXPECT_FALSE(bucket.take(1, start + 500ms));
    EXPECT_FALSE(bucket.full(start + 1500ms));
    EXPECT_TRUE(bucket.full(start + 2000ms));
    EXPECT_FALSE(bucket.take(4, start + 1h));
}

TEST(TokenBucket, DoesNotFillWhenTheClockStandsOrGoesBack) {
    TokenBucket bucket(1, 1000);
    EXPECT_TRUE(bucket.take(1, start));
    EXPECT_FALSE(bucket.take(1, start - 10s));
    EXPECT_FALSE(bucket.take(1, start));
    EXPECT_TRUE(bucket.take(1, start + 1ms));
}

TEST(TokenBucket, WithoutARateHasNoEnd) {
    TokenBucket bucket(1, 0);
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(bucket.take(10, start));
}

TEST(Peers, HaveSoManyConnectionsEach) {
    const auto peers = std::make_shared<Peers>(PeerLimits{.connections = 2});
    auto first = peers->enter("a", start);
    const auto second = peers->enter("a", start);
    EXPECT_TRUE(second);
    EXPECT_FALSE(peers->enter("a", start));
    EXPECT_TRUE(peers->enter("b", start));
    first.release();
    EXPECT_TRUE(peers->enter("a", start));
}

TEST(Peers, ShareOneBudgetOverAllConnections) {
    const auto peers =
        std::make_shared<Peers>(PeerLimits{.connections = 0, .requests_at_once = 2, .requests_per_second = 1});
    const auto one = peers->enter("a", start), two = peers->enter("a", start), other = peers->enter("b", start);
    EXPECT_TRUE(one.take(1, start));
    EXPECT_TRUE(two.take(1, start));
    EXPECT_FALSE(one.take(1, start));
    EXPECT_TRUE(other.take(1, start));
    EXPECT_TRUE(two.take(1, start + 1s));
}

TEST(Peers, AreNotForgottenByComingAgain) {
    const auto peers =
        std::make_shared<Peers>(PeerLimits{.connections = 1, .requests_at_once = 1, .requests_per_second = 1});
    EXPECT_TRUE(peers->enter("a", start).take(1, start));
    EXPECT_FALSE(peers->enter("a", start).take(1, start));
}

TEST(Peers, AreForgottenWhenNothingIsToBeRemembered) {
    const auto peers = std::make_shared<Peers>(PeerLimits{});
    const auto kept = peers->enter("kept", start);
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(peers->enter(std::to_string(i), start + i * 10s));
    EXPECT_LT(peers->size(), 100U);
}

TEST(Peers, WithoutAPlaceAreNotLimited) {
    const Peers::Place none;
    EXPECT_FALSE(none);
    EXPECT_TRUE(none.take(1e9, start));
}

}  // namespace
}  // namespace cedar::host::http
