#include "host/store/sentences.hpp"

#include <gtest/gtest.h>

namespace cedar::host::store {
namespace {

bool ends_after(std::string_view before, std::string_view after) {
    const std::string text = std::string(before) + std::string(after);
    return ends_sentence(text, before.size());
}

TEST(Sentences, EndAtAStopBeforeWhiteSpace) {
    EXPECT_TRUE(ends_after("It works.", " Next"));
    EXPECT_TRUE(ends_after("Does it?", "\nYes"));
    EXPECT_TRUE(ends_after("He said \"yes.\"", " Then"));
    EXPECT_TRUE(ends_after("(It does.)", " Then"));
}

TEST(Sentences, DoNotEndAtAnAbbreviationANumberOrAnInitial) {
    EXPECT_FALSE(ends_after("such as e.g.", " This"));
    EXPECT_FALSE(ends_after("Dr.", " Smith"));
    EXPECT_FALSE(ends_after("3.", " Third"));
    EXPECT_FALSE(ends_after("J.", " Smith"));
    EXPECT_FALSE(ends_after("about 5 mm.", " of rain"));
}

TEST(Sentences, DoNotEndInsideAWord) {
    EXPECT_FALSE(ends_after("host.", "cpp is"));
    EXPECT_FALSE(ends_after("no stop", " here"));
    EXPECT_FALSE(ends_after("", " x"));
}

TEST(Sentences, EndAtAFullWidthStopWithoutASpace) {
    EXPECT_TRUE(ends_after("好。", "再见"));
}

}  // namespace
}  // namespace cedar::host::store
