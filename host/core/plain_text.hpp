#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cedar::host {

// Of eight bytes, which are not printable ASCII, or a quote or a backslash: such need a look in a JSON string. The
// highest bit of each of those is set. It may also be set in a byte that stands above such a one; never the other
// way round.
// Source: Warren, Hacker's Delight, 6-1 "Find first 0-byte".
[[nodiscard]] inline std::uint64_t need_look(std::uint64_t eight) {
    constexpr std::uint64_t kEach = 0x0101010101010101U, kHigh = 0x8080808080808080U;
    const auto has = [](std::uint64_t bytes, unsigned char byte) {
        const std::uint64_t differs = bytes ^ (kEach * byte);
        return (differs - kEach) & ~differs;
    };
    const std::uint64_t control = (eight - kEach * 0x20U) & ~eight;
    return (control | eight | has(eight, '"') | has(eight, '\\') | has(eight, 0x7F)) & kHigh;
}

// How many bytes of `text`, from its beginning, are printable ASCII but for the quote and the backslash: in a JSON
// string they stand for themselves.
[[nodiscard]] inline std::size_t plain_prefix(std::string_view text) {
    std::size_t at = 0;
    for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
        std::memcpy(&eight, text.data() + at, sizeof eight);
        const std::uint64_t found = need_look(eight);
        if (found == 0) continue;
        if constexpr (std::endian::native != std::endian::little) break;
        return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
    const auto plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
    while (at < text.size() && plain(text[at])) ++at;
    return at;
}

}  // namespace cedar::host
