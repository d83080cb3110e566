#include "plugins/aggregator.extractive/terms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using extractive::question_terms;
using extractive::terms_of;
using testing::ElementsAre;

TEST(Terms, AreLowerCaseWordsWithoutTheirEndings) {
    EXPECT_THAT(terms_of("Components, COMPONENT; queries run_id"),
                ElementsAre("component", "component", "query", "run_id"));
}

TEST(Terms, OfOneWordInSeveralFormsAreEqual) {
    EXPECT_EQ(terms_of("write"), terms_of("writing"));
    EXPECT_EQ(terms_of("run"), terms_of("running"));
    EXPECT_EQ(terms_of("plugin"), terms_of("plugins"));
    EXPECT_EQ(terms_of("cancel"), terms_of("cancelled"));
    EXPECT_EQ(terms_of("class"), terms_of("class"));
    EXPECT_NE(terms_of("class"), terms_of("clas"));
}

TEST(Terms, KeepTheSignsOfLanguagesAndDropTypography) {
    EXPECT_THAT(terms_of("C++ or “C#” — don’t"), ElementsAre("c++", "or", "c#", "don", "t"));
}

TEST(Terms, OfScriptsWithoutBlanksAreCharacters) {
    EXPECT_THAT(terms_of("\u4E2D\u6587。ab\u4E2D"), ElementsAre("\u4E2D", "\u6587", "ab", "\u4E2D"));
}

TEST(Terms, SurviveBytesThatAreNotUtf8) {
    EXPECT_THAT(terms_of("a \xFF\xC3 b"), ElementsAre("a", "b"));
}

TEST(QuestionTerms, LeaveOutWhatEveryQuestionHas) {
    EXPECT_THAT(question_terms("How do I write a component? Write it!"), ElementsAre("component", "writ"));
}

TEST(QuestionTerms, KeepCommonWordsWhenThereIsNothingElse) {
    EXPECT_THAT(question_terms("what is it"), ElementsAre("is", "it", "what"));
    EXPECT_TRUE(question_terms(" ?").empty());
}

}  // namespace
