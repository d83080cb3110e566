#include "host/services/llm/spend.hpp"

#include <gtest/gtest.h>

namespace cedar::host::services::llm {
namespace {

TEST(Spend, CountsCachedTokensAtTheirOwnPrice) {
    Usage usage;
    usage.input_tokens = 1'000'000;
    usage.cached_tokens = 400'000;
    usage.output_tokens = 500'000;
    EXPECT_DOUBLE_EQ(cost_of({2.0, 0.5, 10.0}, usage), 0.6 * 2 + 0.4 * 0.5 + 0.5 * 10);
}

TEST(Spend, ReservesTheWorstCaseAndSettlesWhatItCost) {
    Spend spend({1.0, 0});
    ASSERT_TRUE(spend.reserve("run", 0.6, 1).has_value());
    EXPECT_FALSE(spend.reserve("run", 0.6, 1).has_value());
    spend.settle("run", 0.6, 0.1, 1);
    EXPECT_TRUE(spend.reserve("run", 0.6, 1).has_value());
}

TEST(Spend, SaysWhichBudgetIsUsedUpAndByHowMuch) {
    Spend spend({1.0, 0});
    ASSERT_TRUE(spend.reserve("run", 0.75, 1).has_value());
    const auto refused = spend.reserve("run", 0.5, 1);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(
        refused.error().message,
        "the budget of the run is $1.0000, $0.7500 of it is used or reserved, and this call may cost $0.5000");
    EXPECT_EQ(refused.error().detail, "budget");
}

TEST(Spend, CapsTheDayAcrossRunsAndBeginsAnewTheNextDay) {
    Spend spend({0, 1.0});
    ASSERT_TRUE(spend.reserve("a", 0.6, 1).has_value());
    EXPECT_FALSE(spend.reserve("b", 0.6, 1).has_value());
    EXPECT_TRUE(spend.reserve("b", 0.6, 2).has_value());
    spend.settle("a", 0.6, 0.6, 1);
    EXPECT_DOUBLE_EQ(spend.spent_today(2), 0.6);
}

}  // namespace
}  // namespace cedar::host::services::llm
