#include "host/core/check.hpp"
#include "host/worker/fields.hpp"
#include "host/worker/messages.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace cedar::host::worker;

constexpr std::size_t kMaxBodyBytes = 4096;

struct Seen {
    std::vector<std::string> frames;  // type, id and body
    std::string broken;
    bool operator==(const Seen&) const = default;
};

struct Pair {
    Pair() { CEDAR_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0); }
    ~Pair() {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    int ends[2]{};
};

void take_frames(FrameBuffer& buffer, Seen& seen) {
    while (const auto frame = buffer.next()) {
        CEDAR_CHECK(frame->body.size() <= kMaxBodyBytes);
        seen.frames.push_back(std::to_string(static_cast<unsigned>(frame->type)) + ' ' + std::to_string(frame->id) +
                              ' ' + std::string(frame->body));
    }
    seen.broken = buffer.broken();
}

Seen fed(std::string_view bytes, std::size_t piece) {
    Seen seen;
    const Pair pair;
    FrameBuffer buffer(kMaxBodyBytes);
    for (std::size_t at = 0; at < bytes.size() && seen.broken.empty(); at += piece) {
        const auto part = bytes.substr(at, piece);
        CEDAR_CHECK(::send(pair.ends[1], part.data(), part.size(), 0) == static_cast<ssize_t>(part.size()));
        std::size_t left = part.size();
        while (left > 0 && buffer.fill(pair.ends[0]) == FrameBuffer::Filled::some) {
            take_frames(buffer, seen);
            left = buffer.drained() ? 0 : left;
        }
    }
    return seen;
}

// What is read as a message is written as the same bytes: nothing of a body is passed over, and nothing added.
template <class Message>
void check_body(std::string_view body) {
    Message message;
    if (!decode(body, message)) return;
    CEDAR_CHECK(encode(FrameType::log, 0, message).substr(kFrameHeaderBytes) == body);
}

}  // namespace

// What a worker's process sends: however it is cut, the frames are the same, and no body is believed beyond its
// bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 32768) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Seen whole = fed(bytes, std::max<std::size_t>(bytes.size(), 1));
    CEDAR_CHECK(fed(bytes, 1 + data[0]) == whole);
    check_body<HelloMessage>(bytes);
    check_body<LoadedMessage>(bytes);
    check_body<EndedMessage>(bytes);
    check_body<CallMessage>(bytes);
    check_body<EmitMessage>(bytes);
    check_body<LogMessage>(bytes);
    return 0;
}
