#include "host/store/fts_query.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cedar::host::store {
namespace {

TEST(FtsQuery, QuotesEachWord) {
    EXPECT_EQ(to_fts_query("fan-out deadlines").match, "\"fan-out\" OR \"deadlines\"");
}

TEST(FtsQuery, TakesSyntaxForWords) {
    EXPECT_EQ(to_fts_query("NEAR(a1 b1)").match, "\"near(a1\" OR \"b1\"");
    EXPECT_EQ(to_fts_query("x1 NOT \"y1\" y*").match, "\"x1\" OR \"not\" OR \"y1\" OR \"y\"");
    EXPECT_EQ(to_fts_query("say\"hi").match, "\"say\"\"hi\"");
    EXPECT_EQ(to_fts_query("text:word").match, "\"text:word\"");
}

TEST(FtsQuery, FindsNothingInPunctuation) {
    for (const auto* text : {"", "  \n", "\"", "*", "(", "' \" ' * ^ : -"}) {
        const auto query = to_fts_query(text);
        EXPECT_TRUE(query.literals.empty()) << text;
        EXPECT_EQ(query.match, "") << text;
    }
}

TEST(FtsQuery, LeavesCommonWordsOutUnlessThereAreNoOthers) {
    EXPECT_EQ(to_fts_query("How do I write a component?").match, "\"write\" OR \"component\"");
    EXPECT_EQ(to_fts_query("who are you").match, "\"who\" OR \"are\" OR \"you\"");
}

TEST(FtsQuery, LooksForWordsThatTheIndexCannotTellApart) {
    const auto query = to_fts_query("What is C++, and (C#)?");
    EXPECT_EQ(query.match, "\"c++\" OR \"c#\"");
    ASSERT_EQ(query.literals.size(), 2U);
    EXPECT_EQ(query.literals[0].word, "c++");
    EXPECT_TRUE(query.literals[0].indexed);
}

TEST(FtsQuery, LooksForEmojiAndChineseInTheText) {
    const auto emoji = to_fts_query("🎉");
    EXPECT_EQ(emoji.match, "");
    ASSERT_EQ(emoji.literals.size(), 1U);
    EXPECT_FALSE(emoji.literals[0].indexed);
    const auto chinese = to_fts_query("数据库，索引");
    EXPECT_EQ(chinese.match, "\"数据库\" OR \"索引\"");
    ASSERT_EQ(chinese.literals.size(), 2U);
    EXPECT_FALSE(chinese.literals[0].indexed);
}

TEST(FtsQuery, CountsEachWordOnceAndBoundsThem) {
    EXPECT_EQ(to_fts_query("Run run RUN").match, "\"run\"");
    std::string text;
    for (int i = 0; i < 2000; ++i) text += "w" + std::to_string(i) + " ";
    const auto match = to_fts_query(text).match;
    EXPECT_EQ(std::ranges::count(match, '"'), static_cast<std::ptrdiff_t>(2 * kQueryWordsMax));
}

TEST(FtsQuery, ReadsAnyBytes) {
    const auto query = to_fts_query(std::string_view("a1\0b1 \xFF\xFEz1", 9));
    EXPECT_EQ(query.match.substr(0, 12), "\"a1\" OR \"b1\"");
}

}  // namespace
}  // namespace cedar::host::store
