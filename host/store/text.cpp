#include "host/store/text.hpp"

#include "host/core/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace cedar::host::store {

namespace {

std::uint8_t byte_at(std::string_view text, std::size_t offset) {
    return static_cast<std::uint8_t>(text[offset]);
}

bool is_continuation(char c) {
    return (static_cast<std::uint8_t>(c) & 0xC0) == 0x80;
}

}  // namespace

std::optional<std::size_t> first_ill_formed(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto size = utf8_sequence(text.substr(i));
        if (size == 0) return i;
        i += size;
    }
    return std::nullopt;
}

CodePoint code_point_at(std::string_view text, std::size_t offset) {
    const std::uint8_t first = byte_at(text, offset);
    if (first < 0x80) return {first, 1};
    const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    char32_t value = first & (0xFFU >> (size + 1));
    for (std::size_t k = 1; k < size; ++k) value = (value << 6) | (byte_at(text, offset + k) & 0x3FU);
    return {value, size};
}

void append_utf8(std::string& out, char32_t value) {
    const auto put = [&out](char32_t byte) { out += static_cast<char>(static_cast<std::uint8_t>(byte)); };
    if (value < 0x80) return put(value);
    if (value < 0x800) {
        put(0xC0 | (value >> 6));
    } else if (value < 0x10000) {
        put(0xE0 | (value >> 12));
        put(0x80 | ((value >> 6) & 0x3F));
    } else {
        put(0xF0 | (value >> 18));
        put(0x80 | ((value >> 12) & 0x3F));
        put(0x80 | ((value >> 6) & 0x3F));
    }
    put(0x80 | (value & 0x3F));
}

std::string_view last_code_points(std::string_view text, std::size_t max) {
    std::size_t begin = text.size();
    while (begin > 0 && max > 0) {
        if (!is_continuation(text[--begin])) --max;
    }
    return text.substr(begin);
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), to_lower);
    return lower;
}

}  // namespace cedar::host::store
