#include "host/store/chunker.hpp"

#include "host/core/utf8.hpp"
#include "host/store/text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace cedar::host::store {
namespace {

std::string slice(std::string_view text, std::size_t start, std::size_t end) {
    const auto before = utf8_prefix(text, start).size();
    return std::string(utf8_prefix(text.substr(before), end - start));
}

// What must hold of any text: passages in order, within the limit, exact offsets, nothing but white space lost.
void expect_sound(std::string_view text, std::size_t max) {
    std::size_t at = 0;
    for (const auto& chunk : chunk_text(text, max)) {
        ASSERT_LE(utf8_length(chunk.text), max);
        ASSERT_EQ(chunk.char_end - chunk.char_start, utf8_length(chunk.text));
        ASSERT_EQ(slice(text, chunk.char_start, chunk.char_end), chunk.text);
        ASSERT_FALSE(chunk.text.empty());
        ASSERT_FALSE(is_space(chunk.text.front()));
        ASSERT_FALSE(is_space(chunk.text.back()));
        ASSERT_TRUE(trim(slice(text, at, chunk.char_start)).empty()) << "text was lost before " << chunk.text;
        at = chunk.char_end;
    }
    ASSERT_TRUE(trim(slice(text, at, utf8_length(text))).empty()) << "text was lost at the end";
}

TEST(Chunker, KeepsAShortTextWhole) {
    const auto chunks = chunk_text("  One sentence. Another.\n", 1500);
    ASSERT_EQ(chunks.size(), 1U);
    EXPECT_EQ(chunks[0].text, "One sentence. Another.");
    EXPECT_EQ(chunks[0].char_start, 2U);
    EXPECT_EQ(chunks[0].char_end, 24U);
}

TEST(Chunker, MakesNothingOfWhiteSpace) {
    EXPECT_TRUE(chunk_text("", 100).empty());
    EXPECT_TRUE(chunk_text(" \n\t\r\n ", 100).empty());
}

TEST(Chunker, CutsAtTheEndOfASentence) {
    std::string text;
    for (int i = 0; i < 20; ++i) text += "This sentence says number " + std::to_string(i) + " e.g. of many. ";
    const auto chunks = chunk_text(text, 120);
    ASSERT_GT(chunks.size(), 4U);
    for (const auto& chunk : chunks) {
        EXPECT_TRUE(chunk.text.ends_with("many.")) << chunk.text;
        EXPECT_TRUE(chunk.text.starts_with("This")) << chunk.text;
    }
}

TEST(Chunker, BeginsAPassageAtAHeadingOnceTheLastHasSomeLength) {
    const std::string text =
        "# One\n" + std::string(60, 'a') + "\n\n## Two\n" + std::string(60, 'b') + "\n# Three\nshort";
    const auto chunks = chunk_text(text, 200);
    ASSERT_EQ(chunks.size(), 3U);
    EXPECT_TRUE(chunks[1].text.starts_with("## Two"));
    EXPECT_TRUE(chunks[2].text.starts_with("# Three"));
}

TEST(Chunker, DoesNotTakeACommentInFencedCodeForAHeading) {
    const std::string text = std::string(60, 'a') + "\n```\n# install\nmake\n```\nend";
    EXPECT_EQ(chunk_text(text, 200).size(), 1U);
}

TEST(Chunker, CutsInsideAWordOnlyIfItAloneIsTooLong) {
    const auto chunks = chunk_text(std::string(250, 'x'), 100);
    ASSERT_EQ(chunks.size(), 3U);
    EXPECT_EQ(chunks[0].text.size(), 100U);
    EXPECT_EQ(chunks[2].text.size(), 50U);
}

TEST(Chunker, CountsCodePointsAndNotBytes) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += "ä😀";
    const auto chunks = chunk_text(text, 100);
    ASSERT_EQ(chunks.size(), 6U);
    EXPECT_EQ(chunks[5].char_start, 500U);
    EXPECT_EQ(chunks[5].char_end, 600U);
    expect_sound(text, 100);
}

TEST(Chunker, CutsChineseAtItsFullStop) {
    std::string text;
    for (int i = 0; i < 30; ++i) text += "这是一个句子。";
    for (const auto& chunk : chunk_text(text, 50)) EXPECT_TRUE(chunk.text.ends_with("。")) << chunk.text;
}

TEST(Chunker, LosesNothingOfAnyText) {
    std::mt19937 random(7);  // NOLINT: the same texts in every run
    const std::string pieces[] = {"word", " ",        "\n",    "\n\n",  ". ", "é", "# Head\n",
                                  "😀",    "- item\n", "```\n", "e.g. ", "\t", "。"};
    for (int round = 0; round < 25; ++round) {
        std::string text;
        for (int i = 0; i < 150; ++i) text += pieces[random() % std::size(pieces)];
        for (const std::size_t max : {1U, 2U, 7U, 40U, 100U, 1500U}) expect_sound(text, max);
    }
}

}  // namespace
}  // namespace cedar::host::store
