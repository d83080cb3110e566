#include "host/store/text.hpp"

#include <gtest/gtest.h>

namespace cedar::host::store {
namespace {

TEST(Text, FindsTheFirstIllFormedByte) {
    EXPECT_FALSE(first_ill_formed("aä€😀"));
    EXPECT_EQ(first_ill_formed("ab\xFFz"), 2U);
    EXPECT_EQ(first_ill_formed("a\xED\xA0\x80"), 1U) << "a surrogate";
    EXPECT_EQ(first_ill_formed("\xC3"), 0U);
}

TEST(Text, ReadsBackWhatItAppends) {
    for (const char32_t value : {U'a', U'\u00E4', U'\u20AC', U'\U0001F600', U'\U0010FFFF'}) {
        std::string text;
        append_utf8(text, value);
        EXPECT_FALSE(first_ill_formed(text));
        EXPECT_EQ(code_point_at(text, 0).value, value);
        EXPECT_EQ(code_point_at(text, 0).size, text.size());
    }
}

TEST(Text, TakesTheLastCodePoints) {
    EXPECT_EQ(last_code_points("aä😀", 2), "ä😀");
    EXPECT_EQ(last_code_points("ab", 5), "ab");
    EXPECT_EQ(last_code_points("ab", 0), "");
}

TEST(Text, TrimsWhiteSpace) {
    EXPECT_EQ(trim(" \t a b\r\n"), "a b");
    EXPECT_EQ(trim("  "), "");
}

}  // namespace
}  // namespace cedar::host::store
