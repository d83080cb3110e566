#include "plugins/example.summarize/summarize.hpp"

#include <gtest/gtest.h>

namespace {

using example::summarize;
using example::trim;

std::string summary(const std::string& text) {
    return summarize({text}).summary;
}

TEST(Summarize, QuotesAShortTextWhole) {
    EXPECT_EQ(summary("Hello world"), "Summary: Hello world");
}

TEST(Summarize, SaysWhenThereIsNoContent) {
    for (const char* text : {"", " ", "\n\t ", "\u3000\u00A0"}) EXPECT_EQ(summary(text), "Summary: (no content)");
}

TEST(Summarize, TurnsNewlinesIntoBlanksAfterTrimming) {
    EXPECT_EQ(summary("\n one\ntwo\n\nthree \n"), "Summary: one two  three");
}

TEST(Summarize, KeepsTheFirst200CharactersNotBytes) {
    std::string tall;
    for (int count = 0; count < 201; ++count) tall += "\u00DF";
    EXPECT_EQ(summary(tall), "Summary: " + tall.substr(0, 400));
    EXPECT_EQ(summary(std::string(200, 'x') + "y"), "Summary: " + std::string(200, 'x'));
    EXPECT_EQ(summary(std::string(200, 'x')), "Summary: " + std::string(200, 'x'));
}

TEST(Summarize, TrimsUnicodeWhiteSpace) {
    EXPECT_EQ(trim("\u2003\x1C a b \u2029\u0085"), "a b");
    EXPECT_EQ(trim("a"), "a");
}

TEST(Summarize, ShowsTheTextInThePromptOrThatItIsEmpty) {
    EXPECT_EQ(example::shown({" a "}).text, " a ");
    EXPECT_EQ(example::shown({" \n"}).text, "(empty)");
}

}  // namespace
