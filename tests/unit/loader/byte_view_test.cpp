#include "host/loader/byte_view.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace cedar::host::loader {
namespace {

ByteView view_of(const std::string& text) {
    return ByteView(std::as_bytes(std::span(text)));
}

TEST(ByteView, HoldsWhatEndsAtItsEnd) {
    const std::string text = "abcd";
    EXPECT_TRUE(view_of(text).holds(0, 4));
    EXPECT_TRUE(view_of(text).holds(4, 0));
    EXPECT_FALSE(view_of(text).holds(1, 4));
    EXPECT_FALSE(view_of(text).holds(5, 0));
}

TEST(ByteView, IsNotFooledBySumsThatWrap) {
    const std::string text = "abcd";
    constexpr auto kHuge = std::numeric_limits<std::uint64_t>::max();
    EXPECT_FALSE(view_of(text).holds(2, kHuge));
    EXPECT_FALSE(view_of(text).holds(kHuge, 2));
    EXPECT_FALSE(view_of(text).slice(kHuge - 1, 3));
    EXPECT_FALSE(view_of(text).read<std::uint16_t>(kHuge));
}

TEST(ByteView, ReadsWithoutAlignment) {
    const std::string text("\1\2\0\0\0", 5);
    EXPECT_EQ(view_of(text).read<std::uint32_t>(1), 2U);
    EXPECT_FALSE(view_of(text).read<std::uint32_t>(2));
}

TEST(ByteView, EndsTextAtItsNulOnly) {
    const std::string text("ab\0cd", 5);
    EXPECT_EQ(view_of(text).text(0), "ab");
    EXPECT_EQ(view_of(text).text(2), "");
    EXPECT_FALSE(view_of(text).text(3));
    EXPECT_FALSE(view_of(text).text(5));
}

TEST(ByteView, LooksForTheNulNoFurtherThanAsked) {
    const std::string text("abc\0", 4);
    EXPECT_EQ(view_of(text).text(0, 4), "abc");
    EXPECT_FALSE(view_of(text).text(0, 3));
}

}  // namespace
}  // namespace cedar::host::loader
