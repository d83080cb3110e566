#include "host/runtime/rate_budget.hpp"

#include <gtest/gtest.h>

namespace cedar::host::runtime {
namespace {

using namespace std::chrono_literals;

TEST(RateBudget, AllowsSoManyAtOnceAndThenSoManyASecond) {
    RateBudget budget(3, 10);
    const SteadyTime start{1s};
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.spend(start));
    EXPECT_FALSE(budget.spend(start));
    EXPECT_FALSE(budget.spend(start + 99ms));
    EXPECT_TRUE(budget.spend(start + 201ms));
    EXPECT_TRUE(budget.spend(start + 202ms));
    EXPECT_FALSE(budget.spend(start + 203ms));
}

TEST(RateBudget, SavesNoMoreThanItsBurst) {
    RateBudget budget(2, 10);
    EXPECT_TRUE(budget.spend(SteadyTime{1s}));
    const SteadyTime later{100s};
    EXPECT_TRUE(budget.spend(later));
    EXPECT_TRUE(budget.spend(later));
    EXPECT_FALSE(budget.spend(later));
}

}  // namespace
}  // namespace cedar::host::runtime
