#pragma once
#include "host/core/now.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cedar::host::http {

// Close codes that this server sends. Source: RFC 6455 section 7.4.1.
enum class CloseCode : std::uint16_t { normal = 1000, going_away = 1001, policy = 1008, too_big = 1009 };

// Appends `text` as one unmasked, unfragmented text frame. Source: RFC 6455 section 5.2.
void append_text_frame(std::string& out, std::string_view text);
// The same of a compressed message. Source: RFC 7692 section 6.
void append_deflated_text_frame(std::string& out, std::string_view packed);
void append_close_frame(std::string& out, CloseCode code);

// Counts the frames of a client as their octets pass by, because Beast tells of whole messages only: a message of
// endless tiny fragments, or endless pings, would keep it busy for ever.
class FrameMeter {
public:
    static constexpr std::chrono::seconds window{10};

    FrameMeter(std::size_t max_fragments, std::size_t max_controls_a_window)
        : max_fragments_(max_fragments), max_controls_(max_controls_a_window) {}

    // False once a message has more than max_fragments frames, or a window more than max_controls control frames.
    [[nodiscard]] bool take(std::span<const std::byte> octets, SteadyTime now);

private:
    bool count_frame(SteadyTime now);
    [[nodiscard]] std::size_t header_size() const;
    [[nodiscard]] std::uint64_t payload_size() const;

    std::size_t max_fragments_, max_controls_;
    std::size_t fragments_ = 0, controls_ = 0;
    SteadyTime window_start_{};
    std::array<std::uint8_t, 14> header_{};
    std::size_t header_filled_ = 0;
    std::uint64_t payload_left_ = 0;
};

}  // namespace cedar::host::http
