#include "host/http/utf8_check.hpp"

#include <cstdint>
#include <cstring>

namespace cedar::host::http {
namespace {

// Octets at the front that are ASCII, eight at a time.
std::size_t ascii_front(std::string_view text) {
    constexpr std::uint64_t high = 0x8080808080808080U;
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
        std::memcpy(&word, text.data() + at, sizeof word);
        if ((word & high) != 0) return at;
    }
    return at;
}

}  // namespace

// The second octet has a narrower range after some leads: no overlong form, no surrogate, nothing above U+10FFFF.
bool Utf8Check::begin(unsigned char lead) {
    if (lead < 0x80) return true;
    if (lead < 0xc2 || lead > 0xf4) return false;
    left_ = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    least_ = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    most_ = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    return true;
}

bool Utf8Check::take(std::string_view piece) {
    while (!piece.empty()) {
        if (left_ == 0) piece.remove_prefix(ascii_front(piece));
        if (piece.empty()) return true;
        const auto octet = static_cast<unsigned char>(piece.front());
        piece.remove_prefix(1);
        if (left_ == 0) {
            if (!begin(octet)) return false;
            continue;
        }
        if (octet < least_ || octet > most_) return false;
        --left_;
        least_ = 0x80;
        most_ = 0xbf;
    }
    return true;
}

}  // namespace cedar::host::http
