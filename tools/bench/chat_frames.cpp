#include "tools/bench/chat_frames.hpp"

#include <cstdio>
#include <cstdlib>

namespace cedar::bench {

std::string upgrade_request(std::uint16_t port, std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
           "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

std::string masked_frame(std::string_view text) {
    if (text.size() > 0xffff) {
        std::fputs("masked_frame: the text is too long\n", stderr);
        std::exit(1);
    }
    std::string frame = "\x81";
    if (text.size() < 126) {
        frame += static_cast<char>(0x80U | text.size());
    } else {
        frame += {static_cast<char>(0xfe), static_cast<char>(text.size() >> 8), static_cast<char>(text.size())};
    }
    return frame.append(4, '\0').append(text);
}

std::optional<FrameHead> frame_head(std::string_view octets) {
    if (octets.size() < 2) return std::nullopt;
    const auto octet = [octets](std::size_t at) { return static_cast<unsigned char>(octets[at]); };
    const std::size_t length = octet(1) & 0x7fU;
    const std::size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (octets.size() < 2 + extra) return std::nullopt;
    FrameHead found{2 + extra, extra == 0 ? length : 0, (octet(0) & 0x0fU) == 1};
    for (std::size_t i = 0; i < extra; ++i) found.payload = found.payload << 8 | octet(2 + i);
    return found;
}

}  // namespace cedar::bench
