#include "plugins/analysis/critique.hpp"

#include "tests/unit/analysis/material.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace analysis {
namespace {

TEST(Critique, NamesTheSourcesOfBothClaims) {
    const auto out =
        checked(DraftedCritique{{{"1:000000", "a minute", "2:000001", "ten minutes", "Both are the longest."}}},
                two_passages());
    EXPECT_EQ(out.compared, 2U);
    ASSERT_EQ(out.contradictions.size(), 1U);
    EXPECT_EQ(out.contradictions[0].first.source, "a.md");
    EXPECT_EQ(out.contradictions[0].second.source, "b.md");
}

TEST(Critique, IsRefusedForAnUnknownIdOrABlankClaim) {
    const auto problem = [](DraftedContradiction one) {
        return problem_of([&] { (void)checked(DraftedCritique{{std::move(one)}}, two_passages()); });
    };
    EXPECT_THAT(problem({"1:000000", "x", "7:000000", "y", ""}), testing::HasSubstr("cites \"7:000000\""));
    EXPECT_EQ(problem({"1:000000", "", "2:000001", "y", ""}),
              "invalid_output: expected two claims, the model gave a blank one");
}

}  // namespace
}  // namespace analysis
