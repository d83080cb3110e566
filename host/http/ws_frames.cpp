#include "host/http/ws_frames.hpp"

#include <algorithm>

namespace cedar::host::http {
namespace {

constexpr char text_frame = '\x81';           // FIN, opcode 1
constexpr char deflated_text_frame = '\xc1';  // FIN, RSV1, opcode 1
constexpr char close_frame = '\x88';          // FIN, opcode 8

void append_big_endian(std::string& out, std::uint64_t value, unsigned octets) {
    for (unsigned i = octets; i-- > 0;) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

void append_frame(std::string& out, char first, std::string_view text) {
    out += first;
    if (text.size() < 126) {
        append_big_endian(out, text.size(), 1);
    } else if (text.size() <= 0xffff) {
        out += '\x7e';
        append_big_endian(out, text.size(), 2);
    } else {
        out += '\x7f';
        append_big_endian(out, text.size(), 8);
    }
    out += text;
}

}  // namespace

void append_text_frame(std::string& out, std::string_view text) {
    append_frame(out, text_frame, text);
}

void append_deflated_text_frame(std::string& out, std::string_view packed) {
    append_frame(out, deflated_text_frame, packed);
}

void append_close_frame(std::string& out, CloseCode code) {
    out += close_frame;
    append_big_endian(out, 2, 1);
    append_big_endian(out, static_cast<std::uint16_t>(code), 2);
}

std::size_t FrameMeter::header_size() const {
    if (header_filled_ < 2) return 2;
    const unsigned length = header_[1] & 0x7f;
    const std::size_t mask = (header_[1] & 0x80) != 0 ? 4 : 0;
    return 2 + mask + (length == 126 ? 2 : length == 127 ? 8 : 0);
}

std::uint64_t FrameMeter::payload_size() const {
    const unsigned length = header_[1] & 0x7f;
    if (length < 126) return length;
    std::uint64_t size = 0;
    for (std::size_t i = 2; i < (length == 126 ? 4U : 10U); ++i) size = size << 8 | header_[i];
    return size;
}

bool FrameMeter::count_frame(SteadyTime now) {
    const bool control = (header_[0] & 0x08) != 0;
    if (control) {
        if (now - window_start_ >= window) {
            window_start_ = now;
            controls_ = 0;
        }
        return ++controls_ <= max_controls_;
    }
    const bool last = (header_[0] & 0x80) != 0;
    const bool within = ++fragments_ <= max_fragments_;
    if (last) fragments_ = 0;
    return within;
}

bool FrameMeter::take(std::span<const std::byte> octets, SteadyTime now) {
    while (!octets.empty()) {
        if (payload_left_ > 0) {
            const auto skipped = std::min<std::uint64_t>(payload_left_, octets.size());
            payload_left_ -= skipped;
            octets = octets.subspan(static_cast<std::size_t>(skipped));
            continue;
        }
        header_[header_filled_++] = static_cast<std::uint8_t>(octets.front());
        octets = octets.subspan(1);
        if (header_filled_ < header_size()) continue;
        payload_left_ = payload_size();
        header_filled_ = 0;
        if (!count_frame(now)) return false;
    }
    return true;
}

}  // namespace cedar::host::http
