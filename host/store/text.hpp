#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cedar::host::store {

// Offset of the first byte that is not well-formed UTF-8, or none. Thread: any.
[[nodiscard]] std::optional<std::size_t> first_ill_formed(std::string_view text);

struct CodePoint {
    char32_t value = 0;
    std::size_t size = 1;  // bytes
};
// The code point at `offset` of well-formed UTF-8. Thread: any.
[[nodiscard]] CodePoint code_point_at(std::string_view text, std::size_t offset);
void append_utf8(std::string& out, char32_t value);

// The last `max` code points of well-formed UTF-8. Thread: any.
[[nodiscard]] std::string_view last_code_points(std::string_view text, std::size_t max);

// Without ASCII white space at both ends. Thread: any.
[[nodiscard]] std::string_view trim(std::string_view text);

// Space, tab, line ends, form feed.
[[nodiscard]] constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
[[nodiscard]] constexpr bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] std::string lower_ascii(std::string_view text);

}  // namespace cedar::host::store
