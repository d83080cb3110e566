#include "plugins/analysis/answer.hpp"

#include "tests/unit/analysis/material.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Answer, NamesTheSourceOfEachCitationOnce) {
    const auto out =
        checked({true, "A minute [1:000000], or ten [2:000001, 1:000000].", {"2:000001"}}, two_passages());
    EXPECT_THAT(out.citations, ElementsAre(Citation{"2:000001", "b.md"}, Citation{"1:000000", "a.md"}));
    EXPECT_TRUE(out.found);
}

TEST(Answer, IsRefusedWhenItCitesWhatWasNotGiven) {
    const auto problem = [](const Drafted& drafted) {
        return problem_of([&] { (void)checked(drafted, two_passages()); });
    };
    EXPECT_THAT(problem({true, "x", {"9:000000"}}), HasSubstr("invalid_output: expected ids of the 2 passages"));
    EXPECT_THAT(problem({true, "A year [9:000000].", {"1:000000"}}), HasSubstr("cites \"9:000000\""));
    EXPECT_THAT(problem({true, "[1:000000; 9:1]", {"1:000000"}}), HasSubstr("cites \"9:1\""));
    EXPECT_THAT(problem({false, "Nothing.", {"9:000000"}}), HasSubstr("cites \"9:000000\""));
}

TEST(Answer, IsRefusedWhenItCitesNothingOrSaysNothing) {
    const auto problem = [](const Drafted& drafted) {
        return problem_of([&] { (void)checked(drafted, two_passages()); });
    };
    EXPECT_EQ(problem({true, "A minute.", {}}),
              "invalid_output: expected an answer that cites a passage, the model cites none");
    EXPECT_EQ(problem({true, " \n", {"1:000000"}}),
              "invalid_output: expected an answer, the model gave a blank one");
}

TEST(Answer, MayHaveBracketsThatAreNoCitations) {
    const auto out =
        checked({true, "See [the guide](x), list[0], [12:], [:3], [1:a] and [1:000000] [", {}}, two_passages());
    EXPECT_THAT(out.citations, ElementsAre(Citation{"1:000000", "a.md"}));
}

TEST(Answer, MayFindNothing) {
    const auto out = checked({false, "The passages do not say.", {}}, two_passages());
    EXPECT_FALSE(out.found);
    EXPECT_TRUE(out.citations.empty());
}

}  // namespace
}  // namespace analysis
