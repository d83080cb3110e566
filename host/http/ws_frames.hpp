#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace cedar::host::http {

// Close codes that this server sends. Source: RFC 6455 section 7.4.1.
enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol = 1002,
    invalid_data = 1007,
    policy = 1008,
    too_big = 1009,
    login_ended = 4401,  // of those that applications choose, after HTTP's 401
};

// Appends `text` as one unmasked, unfragmented text frame. Source: RFC 6455 section 5.2.
void append_text_frame(std::string& out, std::string_view text);
// The same of a compressed message. Source: RFC 7692 section 6.
void append_deflated_text_frame(std::string& out, std::string_view packed);
// `reason`: at most 123 octets.
void append_close_frame(std::string& out, CloseCode code, std::string_view reason = {});
// What an empty ping or close, a pong, or an answer to a close carries: `payload`, at most 125 octets.
enum class ControlFrame : std::uint8_t { close = 8, ping = 9, pong = 10 };
void append_control_frame(std::string& out, ControlFrame kind, std::string_view payload = {});

}  // namespace cedar::host::http
