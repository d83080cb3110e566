#include "plugins/analysis/keywords.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace analysis {
namespace {

using testing::ElementsAre;

TEST(Keywords, AreTrimmedAndEachThereOnce) {
    EXPECT_THAT(tidied({{" Run ", "run", "", " \n", "Budget", std::string(200, 'x')}}, 10).keywords,
                ElementsAre("Run", "Budget"));
}

TEST(Keywords, AreNoMoreThanAskedFor) {
    EXPECT_THAT(tidied({{"a", "b", "c"}}, 2).keywords, ElementsAre("a", "b"));
}

TEST(KeywordsMaterial, IsTheBeginningOfALongText) {
    EXPECT_EQ(material(std::string(50000, 'x'), 5).text.size(), 20000U);
    const auto one = material("text", 5);
    EXPECT_EQ(one.count, 5U);
    EXPECT_NE(material("text " + one.mark, 5).mark, one.mark);
}

}  // namespace
}  // namespace analysis
