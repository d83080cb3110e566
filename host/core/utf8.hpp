#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace cedar::host {

// Bytes of the well-formed UTF-8 sequence at the start of `text` (1 to 4), or 0 when there is none.
// Source: Unicode 15, table 3-7.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text);

// Bytes of the ill-formed sequence at the start of `text` that one U+FFFD replaces: its maximal subpart, at
// least 1. `text` is not empty. Source: Unicode 15, section 3.9, best practice for U+FFFD.
[[nodiscard]] std::size_t utf8_bad_sequence(std::string_view text);

// The code point of one well-formed sequence; the byte itself when `sequence` is a single ill-formed one.
[[nodiscard]] char32_t utf8_decode(std::string_view sequence);

// Appends one code point, at most U+10FFFF.
void utf8_append(std::string& out, char32_t code);

// The first `count` code points of well-formed text.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t count);

// How many code points well-formed text has.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

}  // namespace cedar::host
