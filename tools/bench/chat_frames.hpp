#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cedar::bench {

// A client's end of WebSockets, in octets. Source: RFC 6455.

[[nodiscard]] std::string upgrade_request(std::uint16_t port, std::string_view path = "/ws/chat/1");

// A text of at most 65,535 octets, masked with zeros: what a client must send, and no work.
[[nodiscard]] std::string masked_frame(std::string_view text);

// The frame at the beginning of what a server sent; nothing: its header is not whole yet.
struct FrameHead {
    std::size_t head = 0, payload = 0;  // octets
    bool text = false;
};
[[nodiscard]] std::optional<FrameHead> frame_head(std::string_view octets);

}  // namespace cedar::bench
