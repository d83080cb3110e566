#include "plugins/aggregator.extractive/quotes.hpp"

#include <gtest/gtest.h>

namespace {

using extractive::Found;
using extractive::quotes_for;

Found passage(std::string text, std::string source = "a.md") {
    return {std::move(source), "", std::move(text), 0};
}

TEST(Quotes, PutTheStrongestSentenceFirst) {
    const auto quotes =
        quotes_for("How is a plugin loaded?", {passage("Cheese is made of milk. The plugin sits in a folder."),
                                               passage("A plugin is loaded from a copy. Milk is white.", "b.md")});
    ASSERT_FALSE(quotes.empty());
    EXPECT_EQ(quotes[0].source, "b.md");
    ASSERT_EQ(quotes[0].units.size(), 1U);
    EXPECT_EQ(quotes[0].units[0].text, "A plugin is loaded from a copy.");
    for (const auto& quote : quotes) {
        for (const auto& unit : quote.units) EXPECT_EQ(unit.text.find("Milk"), std::string::npos);
    }
}

TEST(Quotes, WeighARareWordAboveACommonOne) {
    const auto quotes = quotes_for(
        "component deadline", {passage("The component is fast."), passage("A component is small."),
                               passage("This component works."), passage("The deadline is absolute.", "d.md")});
    ASSERT_FALSE(quotes.empty());
    EXPECT_EQ(quotes[0].source, "d.md");
}

TEST(Quotes, SayNothingTwice) {
    const auto quotes = quotes_for(
        "deadline", {passage("The deadline is absolute."), passage("The deadline is absolute.", "copy.md"),
                     passage("the DEADLINE is absolute!", "third.md")});
    EXPECT_EQ(quotes.size(), 1U);
    EXPECT_EQ(quotes[0].source, "a.md");
}

TEST(Quotes, TakeAlongWhatASentenceAnnounces) {
    const auto quotes =
        quotes_for("smallest component",
                   {passage("The smallest component is this:\n\n```cpp\nint main() {}\n```\n\nCheese.")});
    ASSERT_EQ(quotes.size(), 1U);
    ASSERT_EQ(quotes[0].units.size(), 2U);
    EXPECT_EQ(quotes[0].units[1].text, "int main() {}");
}

TEST(Quotes, FindAPieceByItsHeading) {
    const auto quotes =
        quotes_for("errors", {passage("## Errors\nThrow it, or return a result.\n\n## Cheese\nMilk.")});
    ASSERT_EQ(quotes.size(), 1U);
    EXPECT_EQ(quotes[0].heading, "Errors");
}

TEST(Quotes, AreNoneWhenNoWordIsShared) {
    EXPECT_TRUE(quotes_for("astronomy", {passage("Cheese is made of milk.")}).empty());
    EXPECT_TRUE(quotes_for("", {passage("Cheese is made of milk.")}).empty());
    EXPECT_TRUE(quotes_for("cheese", {}).empty());
}

TEST(Quotes, AreLimitedInNumberAndLength) {
    std::vector<Found> passages;
    for (int count = 0; count < 20; ++count) {
        const std::string name = "w" + std::to_string(count);
        passages.push_back(passage("Cheese " + name + " a" + name + " b" + name + ".", name));
    }
    EXPECT_EQ(quotes_for("cheese", passages).size(), 5U);
    EXPECT_EQ(quotes_for("cheese", passages, {.quotes = 2}).size(), 2U);
    const auto narrow =
        quotes_for("cheese", {passage("Cheese one is here. Cheese two is there.")}, {.characters = 20});
    ASSERT_FALSE(narrow.empty());
    EXPECT_EQ(narrow[0].units.size(), 1U);
}

}  // namespace
