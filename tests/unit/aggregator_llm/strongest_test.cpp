#include "plugins/aggregator.llm/strongest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aggregator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

cedar::Candidate said(const std::string& text) {
    return {.name = "a.b", .ok = true, .status = "ok", .summary = cedar::Json("\"" + text + "\"")};
}
cedar::Candidate failed() {
    return {.name = "a.c", .ok = false, .status = "timeout"};
}

TEST(Strongest, PutsFirstWhatSpeaksOfTheQuestion) {
    const std::vector candidates{said("cheese is old and yellow"), said("a run has a deadline and ends in time"),
                                 said("a run is short")};
    EXPECT_THAT(strongest(candidates, "deadline of a run", 3).chosen, ElementsAre(1, 2, 0));
}

// Else the component that repeats the question would always win.
TEST(Strongest, PutsLastWhatOnlyRepeatsTheQuestion) {
    const std::vector candidates{said("deadline of a run"), said("every run has a deadline which the host sets")};
    EXPECT_THAT(strongest(candidates, "deadline of a run", 2).chosen, ElementsAre(1, 0));
}

TEST(Strongest, LeavesOutTheFailedAndTheNearDuplicates) {
    const std::string long_text =
        "every run has a budget of time and ends when the budget is used up or the answer is there";
    const std::vector candidates{said(long_text), failed(), said(long_text + " now"), said("a run is a request")};
    const auto picked = strongest(candidates, "run", 5);
    EXPECT_THAT(picked.chosen, ElementsAre(2, 3));
    EXPECT_EQ(picked.near_duplicates, 1U);
    EXPECT_EQ(picked.beyond, 0U);
}

TEST(Strongest, CountsTheWeakerBeyondK) {
    const std::vector candidates{said("run one alpha"), said("run two beta"), said("run three gamma")};
    const auto picked = strongest(candidates, "run", 2);
    EXPECT_THAT(picked.chosen, ElementsAre(0, 1));
    EXPECT_EQ(picked.beyond, 1U);
}

TEST(Strongest, KeepsTheOrderWhereNothingTellsThemApart) {
    EXPECT_THAT(strongest({said("alpha"), said("beta")}, "", 8).chosen, ElementsAre(0, 1));
    EXPECT_THAT(strongest({said("alpha"), said("beta")}, "gamma", 8).chosen, ElementsAre(0, 1));
    EXPECT_THAT(strongest({failed()}, "x", 8).chosen, IsEmpty());
    EXPECT_THAT(strongest({}, "x", 8).chosen, IsEmpty());
}

}  // namespace
}  // namespace aggregator
