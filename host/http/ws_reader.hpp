#pragma once
#include "host/core/now.hpp"
#include "host/http/utf8_check.hpp"
#include "host/http/ws_frames.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cedar::host::http {

// What the octets of one client say by RFC 6455: frames are checked and unmasked, fragments joined, compressed
// messages inflated, text is checked as it comes. It holds what one message has so far, and nothing between
// messages. No I/O. Not thread-safe.
class WsReader {
public:
    static constexpr std::chrono::seconds window{10};

    struct Bounds {
        std::size_t message_bytes = 0;  // of one message; a frame that claims more is refused by its header
        std::size_t fragments = 0;      // frames of one message: endless tiny ones would keep it busy for ever
        std::size_t controls = 0;       // pings, pongs and closes in a window
    };
    enum class What { nothing, text, binary, ping, pong, close, broken };
    struct Said {
        What what = What::nothing;   // nothing: more octets are needed
        std::string_view payload{};  // in the octets or in the reader, until the next call
        CloseCode code{};            // broken: what to close with; nothing more may be read
    };

    // `inflates`: permessage-deflate was agreed upon, without a window that outlives a message.
    explicit WsReader(const Bounds& bounds, bool inflates = false) : bounds_(bounds), inflates_(inflates) {}

    // The next thing that `octets` say, which are unmasked in place and lose what was read.
    [[nodiscard]] Said next(std::span<char>& octets, SteadyTime now);
    // Whether a frame or message has begun whose end has not come.
    [[nodiscard]] bool unfinished() const { return header_filled_ > 0 || in_message_; }

private:
    using Refusal = std::optional<CloseCode>;

    void forget_told();
    bool take_header(std::span<char>& octets);
    [[nodiscard]] std::size_t length_end() const;
    [[nodiscard]] std::size_t header_size() const;
    [[nodiscard]] Refusal open_frame(SteadyTime now);
    [[nodiscard]] Refusal open_control(SteadyTime now);
    [[nodiscard]] Refusal open_data();
    [[nodiscard]] std::uint64_t payload_size() const;
    std::string_view take_payload(std::span<char>& octets);
    Said take_control(std::string_view part);
    std::optional<Said> take_data(std::string_view part);
    Said whole_message(std::string_view text);

    [[nodiscard]] unsigned opcode() const { return header_[0] & 0x0fU; }
    [[nodiscard]] bool last() const { return (header_[0] & 0x80U) != 0; }
    [[nodiscard]] bool control() const { return opcode() >= 8; }

    Bounds bounds_;
    bool inflates_;
    bool opened_ = false;  // the frame's header was checked
    bool in_message_ = false, text_ = false, packed_ = false;
    bool told_ = false, told_control_ = false;  // since the last call
    Utf8Check utf8_;
    std::array<std::uint8_t, 14> header_{};
    std::uint8_t header_filled_ = 0;
    std::uint64_t left_ = 0;  // of the frame's payload
    std::uint64_t taken_ = 0;
    std::size_t fragments_ = 0, controls_ = 0;
    SteadyTime window_start_{};
    std::string message_, control_;  // what came in pieces
};

}  // namespace cedar::host::http
