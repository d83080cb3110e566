#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace cedar::host::store {

// Offset of the first byte that is not well-formed UTF-8 (RFC 3629: no overlong form, no surrogate), or none.
// Thread: any.
[[nodiscard]] std::optional<std::size_t> first_ill_formed(std::string_view text);

struct CodePoint {
    char32_t value = 0;
    std::size_t size = 1;  // bytes
};
// The code point at `offset` of well-formed UTF-8. Thread: any.
[[nodiscard]] CodePoint code_point_at(std::string_view text, std::size_t offset);

// Code points of well-formed UTF-8. Thread: any.
[[nodiscard]] std::size_t count_code_points(std::string_view text);
// The first `max` code points. Thread: any.
[[nodiscard]] std::string_view first_code_points(std::string_view text, std::size_t max);
// The last `max` code points. Thread: any.
[[nodiscard]] std::string_view last_code_points(std::string_view text, std::size_t max);

// Without ASCII white space at both ends. Thread: any.
[[nodiscard]] std::string_view trim(std::string_view text);

// Space, tab, line ends, form feed. Thread: any.
[[nodiscard]] constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
[[nodiscard]] constexpr bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace cedar::host::store
