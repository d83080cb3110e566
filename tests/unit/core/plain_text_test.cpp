#include "host/core/plain_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cedar::host {
namespace {

bool stands_for_itself(unsigned char byte) {
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

TEST(PlainText, EndsAtTheFirstByteThatNeedsALookWhereverItIs) {
    for (unsigned byte = 0; byte < 256; ++byte) {
        for (std::size_t at = 0; at < 20; ++at) {
            std::string text(20, 'a');
            text[at] = static_cast<char>(byte);
            const auto expected = stands_for_itself(static_cast<unsigned char>(byte)) ? text.size() : at;
            EXPECT_EQ(plain_prefix(text), expected) << "byte " << byte << " at " << at;
        }
    }
}

TEST(PlainText, TakesTextOfAnyLength) {
    for (std::size_t size = 0; size < 40; ++size) EXPECT_EQ(plain_prefix(std::string(size, 'x')), size);
    EXPECT_EQ(plain_prefix({}), 0U);
}

TEST(PlainText, IsNotMisledByNeighbours) {
    EXPECT_EQ(plain_prefix("!!!!!!!!!!!!!!!!"), 16U);    // one more than the blank
    EXPECT_EQ(plain_prefix("###########~~~~~~~"), 18U);  // one more than the quote, one less than DEL
    EXPECT_EQ(plain_prefix("]]]]]]]]\"]"), 8U);
}

}  // namespace
}  // namespace cedar::host
