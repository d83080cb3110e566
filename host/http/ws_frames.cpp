#include "host/http/ws_frames.hpp"

namespace cedar::host::http {
namespace {

constexpr char text_frame = '\x81';           // FIN, opcode 1
constexpr char deflated_text_frame = '\xc1';  // FIN, RSV1, opcode 1

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

void append_close_frame(std::string& out, CloseCode code, std::string_view reason) {
    std::string payload;
    append_big_endian(payload, static_cast<std::uint16_t>(code), 2);
    append_control_frame(out, ControlFrame::close, payload.append(reason));
}

void append_control_frame(std::string& out, ControlFrame kind, std::string_view payload) {
    append_frame(out, static_cast<char>(0x80U | static_cast<unsigned>(kind)), payload);
}

}  // namespace cedar::host::http
