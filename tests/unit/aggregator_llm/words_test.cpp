#include "plugins/aggregator.llm/words.hpp"

#include <gtest/gtest.h>

namespace aggregator {
namespace {

TEST(Words, AreTheSameInEitherCaseAndWhateverPartsThem) {
    EXPECT_EQ(words_of("One, TWO"), words_of("one-two"));
    EXPECT_NE(words_of("one two"), words_of("two one"));
    EXPECT_TRUE(words_of(" ,;{}").empty());
}

TEST(Words, OfJsonTextAreNotMadeOfEscapes) {
    EXPECT_EQ(words_of(R"("a\nb\u000ac\"d\\")"), words_of("a b c d"));
    EXPECT_EQ(words_of("x\\"), words_of("x"));
    EXPECT_EQ(words_of("x\\u00"), words_of("x"));
}

TEST(Words, OfScriptsWithoutBlanksAreCharacters) {
    EXPECT_EQ(words_of("\u65E5\u672C").size(), 2U);
    EXPECT_EQ(words_of("a\u65E5b").size(), 3U);
    EXPECT_EQ(words_of("na\u00EFve Stra\u00DFe").size(), 2U);
}

TEST(Similarity, ComparesGroupsOfWords) {
    const auto of = [](std::string_view one, std::string_view other) {
        return similarity(shingles_of(words_of(one)), shingles_of(words_of(other)));
    };
    EXPECT_EQ(of("a b c d", "a b c d"), 1);
    EXPECT_EQ(of("a b c d", "d c b a"), 0);
    EXPECT_DOUBLE_EQ(of("a b c d", "a b c e"), 1.0 / 3);
    EXPECT_EQ(of("a", "a"), 1);
    EXPECT_EQ(of("a b", "a c"), 0);
    EXPECT_EQ(of("", ""), 1);
    EXPECT_EQ(of("", "a"), 0);
}

}  // namespace
}  // namespace aggregator
