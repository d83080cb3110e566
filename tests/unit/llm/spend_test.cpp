#include "host/services/llm/spend.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>

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
    ASSERT_TRUE(spend.settle("run", 0.6, 0.1, 1).has_value());
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
    ASSERT_TRUE(spend.settle("a", 0.6, 0.6, 1).has_value());
    EXPECT_DOUBLE_EQ(spend.spent_today(2), 0.6);
}

class SpendOfTheDay : public testing::Test {
protected:
    [[nodiscard]] Spend host() const { return Spend({0, 1.0}, file_); }
    [[nodiscard]] std::string kept() const {
        std::ifstream in(file_);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    TempFolder folder_;
    std::filesystem::path file_ = folder_ / "costs";
};

TEST_F(SpendOfTheDay, IsKeptForTheNextHost) {
    Spend first = host();
    ASSERT_TRUE(first.reserve("a", 0.6, 20000).has_value());
    ASSERT_TRUE(first.settle("a", 0.6, 0.25, 20000).has_value());
    EXPECT_EQ(kept(), "2024-10-04          0.250000000\n");
    Spend second = host();
    EXPECT_FALSE(second.reserve("b", 0.8, 20000).has_value());
    ASSERT_TRUE(second.reserve("b", 0.7, 20000).has_value());
    EXPECT_DOUBLE_EQ(second.spent_today(20000), 0.95);
}

TEST_F(SpendOfTheDay, CountsWhatAHostThatWasKilledHadReserved) {
    ASSERT_TRUE(host().reserve("a", 0.6, 20000).has_value());
    const auto refused = host().reserve("b", 0.6, 20000);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(
        refused.error().message,
        "the budget of the day is $1.0000, $0.6000 of it is used or reserved, and this call may cost $0.6000");
}

TEST_F(SpendOfTheDay, BeginsAnewTheNextDayAndIsNotTouchedByTheDayBefore) {
    Spend yesterday = host();
    ASSERT_TRUE(yesterday.reserve("a", 0.6, 20000).has_value());
    ASSERT_TRUE(host().reserve("b", 0.9, 20001).has_value());
    ASSERT_TRUE(yesterday.settle("a", 0.6, 0.5, 20000).has_value());
    EXPECT_EQ(kept(), "2024-10-05          0.900000000\n");
}

TEST_F(SpendOfTheDay, IsOneSumForHostsThatShareIt) {
    Spend one = host(), other = host();
    ASSERT_TRUE(one.reserve("a", 0.6, 20000).has_value());
    EXPECT_FALSE(other.reserve("b", 0.6, 20000).has_value());
    ASSERT_TRUE(one.settle("a", 0.6, 0, 20000).has_value());
    EXPECT_TRUE(other.reserve("b", 0.6, 20000).has_value());
}

TEST_F(SpendOfTheDay, RefusesRatherThanForgettingWhatItCannotRead) {
    for (const auto* content : {"nonsense", "2024-10-04 -1\n", "2024-10-04         -0.250000000\n",
                                "2024-10-04                 nan\n", "2024-10-04          0.250000000\n\n"}) {
        folder_.write("costs", content);
        const auto refused = host().reserve("a", 0.1, 20000);
        ASSERT_FALSE(refused.has_value()) << content;
        EXPECT_NE(refused.error().message.find(file_.string()), std::string::npos) << refused.error().message;
        EXPECT_NE(refused.error().message.find("remove it"), std::string::npos) << refused.error().message;
    }
    const auto unwritable = Spend({0, 1.0}, folder_ / "none/costs").reserve("a", 0.1, 20000);
    ASSERT_FALSE(unwritable.has_value());
    EXPECT_NE(unwritable.error().message.find("cannot be opened"), std::string::npos) << unwritable.error().message;
}

TEST_F(SpendOfTheDay, IsNotKeptWithoutACap) {
    ASSERT_TRUE(Spend({1.0, 0}, file_).reserve("a", 0.1, 20000).has_value());
    EXPECT_FALSE(std::filesystem::exists(file_));
}

}  // namespace
}  // namespace cedar::host::services::llm
