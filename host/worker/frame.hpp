#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cedar::host::worker {

// What host and worker say to each other. The names are the ABI's; see messages.hpp for the bodies.
enum class FrameType : std::uint16_t {
    // host to worker
    start = 1,
    load,
    probe,
    invoke,
    cancel,
    reply,
    // worker to host
    hello = 64,
    loaded,
    verdict,
    ended,
    call,
    cancel_call,
    emit,
    log,
};

// One message: 4 bytes length of the body, 2 bytes type, 2 bytes zero, 8 bytes id, then the body; little endian, as
// both sides are one machine. `id` names the invocation, the call, the plugin or nothing, by type.
struct Frame {
    FrameType type{};
    std::uint64_t id = 0;
    std::string_view body;  // valid until the buffer is filled again
};

inline constexpr std::size_t kFrameHeaderBytes = 16;

// The header for a body of that size; append the body.
[[nodiscard]] std::string frame_header(FrameType type, std::uint64_t id, std::size_t body_bytes);

// Bytes as they come in, cut into frames. Bounded: a frame above `max_body_bytes` is broken. Thread: one at a time.
class FrameBuffer {
public:
    explicit FrameBuffer(std::size_t max_body_bytes) : max_body_bytes_(max_body_bytes) {}

    enum class Filled { some, nothing, closed };
    // One receive of what is there, at most `kChunk` bytes or the rest of the frame at hand. nothing: it would
    // block. closed: the peer is gone, or the socket broken. `wait`: blocks until there is something. Frames given
    // out before are void.
    [[nodiscard]] Filled fill(int socket, bool wait = false);

    // The next whole frame; none: more bytes are needed, or broken().
    [[nodiscard]] std::optional<Frame> next();
    // The peer sent what no peer of this version sends: one sentence, or empty.
    [[nodiscard]] const std::string& broken() const { return broken_; }
    // Whether the last fill() took less than it could have: nothing more is there for now.
    [[nodiscard]] bool drained() const { return drained_; }

private:
    static constexpr std::size_t kChunk = 64 * 1024;
    void make_room();

    std::size_t max_body_bytes_;
    std::string bytes_;
    std::size_t begin_ = 0, end_ = 0;  // of what is unread
    std::string broken_;
    bool drained_ = false;
};

}  // namespace cedar::host::worker
