#include "plugins/aggregator.extractive/units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using extractive::Unit;
using extractive::units_of;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts(std::string_view passage) {
    std::vector<std::string> out;
    for (const auto& unit : units_of(passage)) out.push_back(unit.text);
    return out;
}

TEST(Units, AreSentences) {
    EXPECT_THAT(texts("One is here. Two, e.g. this one, is\nthere! Three? v1.2 stays"),
                ElementsAre("One is here.", "Two, e.g. this one, is there!", "Three? v1.2 stays"));
    EXPECT_THAT(texts("\u4E00。\u4E8C！"), ElementsAre("\u4E00。", "\u4E8C！"));
}

TEST(Units, HaveTheHeadingAboveThem) {
    const auto units = units_of("# Top\nA text.\n\n## Below ##x\nB text.");
    ASSERT_EQ(units.size(), 2U);
    EXPECT_EQ(units[0].heading, "Top");
    EXPECT_EQ(units[1].heading, "Below ##x");
}

TEST(Units, AreItemsAndRowsEachForItself) {
    EXPECT_THAT(texts("- one\n  more\n- two\n1. three\n| a | b |\n|---|---|\n| c | d |"),
                ElementsAre("one more", "two", "three", "a – b", "c – d"));
    EXPECT_EQ(units_of("- one")[0].kind, Unit::Kind::item);
}

TEST(Units, KeepTheWordsOfALink) {
    EXPECT_THAT(texts("See [the guide](../guide/a.md), a[1] and [x]."),
                ElementsAre("See the guide, a[1] and [x]."));
    EXPECT_EQ(units_of("## [Top](a.md)\nText.")[0].heading, "Top");
    EXPECT_THAT(texts("[broken](no end"), ElementsAre("[broken](no end"));
}

TEST(Units, KeepABlockOfCodeWhole) {
    const auto units = units_of("See:\n```cpp\nint a;\n\n  int b;\n```\nAfter.");
    ASSERT_EQ(units.size(), 3U);
    EXPECT_EQ(units[1].kind, Unit::Kind::code);
    EXPECT_EQ(units[1].text, "int a;\n\n  int b;");
    EXPECT_EQ(units[2].text, "After.");
}

TEST(Units, OfAPassageThatBeginsOrEndsInsideCode) {
    const auto begins = units_of("int a;\n```\nThen text.");
    ASSERT_EQ(begins.size(), 2U);
    EXPECT_EQ(begins[0].kind, Unit::Kind::code);
    EXPECT_EQ(begins[1].text, "Then text.");
    const auto ends = units_of("Text.\n```cpp\nint a;");
    ASSERT_EQ(ends.size(), 2U);
    EXPECT_EQ(ends[1].kind, Unit::Kind::code);
}

TEST(Units, OfNothingAreNone) {
    EXPECT_THAT(texts(""), IsEmpty());
    EXPECT_THAT(texts("\n\n---\n# Only a heading\n```\n```\n"), IsEmpty());
}

}  // namespace
