#pragma once
#include <cstddef>
#include <string_view>

namespace cedar::host {

// RapidJSON 1.1, told to be exact, makes another number of a zero that is written with an exponent or with more
// than 22 digits after the point: 0e90 became -6.6e268. Private to core. Thread: any.

// Whether a well-formed number of JSON is zero.
[[nodiscard]] bool is_zero(std::string_view number);

// Writes such zeros of a checked text as 0.0, in place and padded with blanks, so that every other byte stays
// where it is.
void shorten_zeros(char* text, std::size_t size);

}  // namespace cedar::host
