#include "host/services/llm/json_field_tap.hpp"

#include <gtest/gtest.h>

namespace cedar::host::services::llm {
namespace {

std::string tapped(const std::string& path, std::string_view text, std::size_t piece) {
    JsonFieldTap tap(path);
    std::string out;
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) tap.feed(text.substr(0, piece), out);
    return out;
}

TEST(JsonFieldTap, PicksTheOneMemberHoweverTheTextIsCut) {
    constexpr std::string_view kText =
        R"({"text":"no","list":[{"args":{"text":"no"}}],"args":{"title":"no","text":"a\"b\\\n\u00e9\ud83d\ude00 c","z":1}})";
    for (std::size_t piece = 1; piece <= kText.size(); ++piece) {
        EXPECT_EQ(tapped("args.text", kText, piece), "a\"b\\\n\u00e9\U0001F600 c") << piece;
    }
}

TEST(JsonFieldTap, AHalfSurrogateBecomesTheReplacementCharacter) {
    EXPECT_EQ(tapped("a", R"({"a":"\ud83dx"})", 3), "x\uFFFD");
    EXPECT_EQ(tapped("a", R"({"a":"\ude00x"})", 3), "\uFFFDx");
    EXPECT_EQ(tapped("a", R"({"a":"\ud83d"})", 3), "\uFFFD");
    EXPECT_EQ(tapped("a", R"({"a":"\ud83d\u0041"})", 3),
              "\uFFFD"
              "A");
}

TEST(JsonFieldTap, FindsNothingInWhatIsNoJsonOrTooDeep) {
    EXPECT_EQ(tapped("a", "plain words, }]:\",\"", 1), "");
    EXPECT_EQ(tapped("a.a", R"({"a":["a"],"b":{"a":"x"}})", 1), "");
    EXPECT_EQ(tapped("a", std::string(100, '[') + R"({"a":"x"})", 7), "");
}

}  // namespace
}  // namespace cedar::host::services::llm
