#include "host/http/utf8_check.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cedar::host::http {
namespace {

// In pieces of `step` octets.
bool is_text(const std::string& text, std::size_t step) {
    Utf8Check check;
    for (std::size_t at = 0; at < text.size(); at += step)
        if (!check.take(std::string_view(text).substr(at, step))) return false;
    return check.whole();
}

TEST(Utf8Check, TakesTextInAnyPieces) {
    for (const std::string text : {"", "plain text of more than eight octets", "\xc2\x80\xdf\xbf",
                                   "a\xe0\xa0\x80z\xed\x9f\xbf\xee\x80\x80", "\xf0\x90\x80\x80-\xf4\x8f\xbf\xbf"})
        for (const std::size_t step : {1U, 2U, 3U, 100U}) EXPECT_TRUE(is_text(text, step)) << text << step;
}

TEST(Utf8Check, RefusesWhatIsIllFormedInAnyPieces) {
    for (const std::string text :
         {"\x80", "\xc1\x80", "\xc2", "\xc2 ", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82", "\xf0\x8f\xbf\xbf",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a text of more than eight octets \xff"})
        for (const std::size_t step : {1U, 2U, 3U, 100U}) EXPECT_FALSE(is_text(text, step)) << text << step;
}

TEST(Utf8Check, RefusesWithTheFirstOctetThatCannotBe) {
    Utf8Check check;
    EXPECT_TRUE(check.take("\xed"));
    EXPECT_FALSE(check.take("\xa0"));
}

}  // namespace
}  // namespace cedar::host::http
