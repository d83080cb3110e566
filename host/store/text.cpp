#include "host/store/text.hpp"

#include <cstdint>

namespace cedar::host::store {

namespace {

std::uint8_t byte_at(std::string_view text, std::size_t offset) {
    return static_cast<std::uint8_t>(text[offset]);
}

bool is_continuation(char c) {
    return (static_cast<std::uint8_t>(c) & 0xC0) == 0x80;
}

// Length by the first byte, 0 if none begins so.
std::size_t sequence_size(std::uint8_t first) {
    if (first < 0x80) return 1;
    if (first < 0xC2) return 0;
    if (first < 0xE0) return 2;
    if (first < 0xF0) return 3;
    return first < 0xF5 ? 4 : 0;
}

bool second_fits(std::uint8_t first, std::uint8_t second) {
    switch (first) {
        case 0xE0: return second >= 0xA0;
        case 0xED: return second < 0xA0;
        case 0xF0: return second >= 0x90;
        case 0xF4: return second < 0x90;
        default: return true;
    }
}

}  // namespace

std::optional<std::size_t> first_ill_formed(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t size = sequence_size(byte_at(text, i));
        if (size == 0 || i + size > text.size()) return i;
        for (std::size_t k = 1; k < size; ++k) {
            if (!is_continuation(text[i + k])) return i;
        }
        if (size > 2 && !second_fits(byte_at(text, i), byte_at(text, i + 1))) return i;
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

std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += is_continuation(c) ? 0 : 1;
    return count;
}

std::string_view first_code_points(std::string_view text, std::size_t max) {
    std::size_t end = 0;
    for (std::size_t seen = 0; end < text.size(); ++end) {
        if (!is_continuation(text[end]) && seen++ == max) break;
    }
    return text.substr(0, end);
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

}  // namespace cedar::host::store
