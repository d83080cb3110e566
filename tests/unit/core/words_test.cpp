#include "host/core/words.hpp"

#include <gtest/gtest.h>

namespace cedar::host {
namespace {

using Words = std::vector<std::string>;

TEST(Words, SplitsIdsAndSentences) {
    EXPECT_EQ(words_of("example.summarize_2 C++ don't"), (Words{"example", "summarize", "2", "c", "don", "t"}));
    EXPECT_EQ(words_of("  \xE2\x80\x94 \xE2\x80\x9CQuoted\xE2\x80\x9D"), Words{"quoted"});
    EXPECT_TRUE(words_of("").empty());
}

TEST(Words, LowersBeyondAscii) {
    EXPECT_EQ(words_of("\xC3\x89t\xC3\xA9"), Words{"\xC3\xA9t\xC3\xA9"});
    EXPECT_EQ(words_of("\xD0\x9F\xD1\x80"), Words{"\xD0\xBF\xD1\x80"});
}

TEST(Words, TakesEachIdeographAsAWord) {
    EXPECT_EQ(words_of("\xE8\xA1\xA8\xE6\xA0\xBC"
                       "a"),
              (Words{"\xE8\xA1\xA8", "\xE6\xA0\xBC", "a"}));
}

TEST(Words, SurvivesIllFormedText) {
    EXPECT_EQ(words_of("a\xFF"
                       "b\xE2\x82"),
              (Words{"a", "b"}));
}

TEST(Words, DropsThePluralOnly) {
    EXPECT_EQ(search_term("tables"), "table");
    EXPECT_EQ(search_term("class"), "class");
    EXPECT_EQ(search_term("gas"), "gas");
}

TEST(Words, KnowsCommonWords) {
    for (const auto* word : {"a", "how", "your", "the", "about"}) EXPECT_TRUE(is_common_word(word)) << word;
    for (const auto* word : {"", "table", "zoo", "component"}) EXPECT_FALSE(is_common_word(word)) << word;
}

}  // namespace
}  // namespace cedar::host
