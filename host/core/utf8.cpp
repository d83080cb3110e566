#include "host/core/utf8.hpp"

#include <algorithm>

namespace cedar::host {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

bool continues(std::string_view text, std::size_t i) {
    return i < text.size() && (byte_at(text, i) & 0xC0U) == 0x80U;
}

// Length that the lead byte announces, 0 for a byte that cannot lead.
std::size_t announced(unsigned lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if ((lead & 0xF0U) == 0xE0) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

// The second byte has a narrower range after some leads: no overlong form, no surrogate, nothing above U+10FFFF.
bool second_fits(unsigned lead, unsigned second) {
    switch (lead) {
        case 0xE0: return second >= 0xA0;
        case 0xED: return second <= 0x9F;
        case 0xF0: return second >= 0x90;
        case 0xF4: return second <= 0x8F;
        default: return true;
    }
}

// How many bytes from the start could begin one sequence of the announced length.
std::size_t good_part(std::string_view text, std::size_t length) {
    if (length < 2 || !continues(text, 1) || !second_fits(byte_at(text, 0), byte_at(text, 1))) return 1;
    std::size_t good = 2;
    while (good < length && continues(text, good)) ++good;
    return good;
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
    if (text.empty()) return 0;
    const auto length = announced(byte_at(text, 0));
    if (length <= 1) return length;
    return good_part(text, length) == length ? length : 0;
}

std::size_t utf8_bad_sequence(std::string_view text) {
    return good_part(text, announced(byte_at(text, 0)));
}

char32_t utf8_decode(std::string_view sequence) {
    const auto lead = byte_at(sequence, 0);
    if (sequence.size() == 1) return lead;
    char32_t code = lead & (0xFFU >> (sequence.size() + 1));
    for (std::size_t i = 1; i < sequence.size(); ++i) code = (code << 6U) | (byte_at(sequence, i) & 0x3FU);
    return code;
}

void utf8_append(std::string& out, char32_t code) {
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | (code >> 18U));
        put(0x80U | ((code >> 12U) & 0x3FU));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

std::string_view utf8_prefix(std::string_view text, std::size_t count) {
    std::size_t end = 0;
    while (count > 0 && end < text.size()) {
        end += std::max<std::size_t>(1, utf8_sequence(text.substr(end)));
        --count;
    }
    return text.substr(0, end);
}

std::size_t utf8_length(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace cedar::host
