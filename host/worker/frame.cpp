#include "host/worker/frame.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace cedar::host::worker {
namespace {

struct Header {
    std::uint32_t size;
    std::uint16_t type;
    std::uint16_t zero;
    std::uint64_t id;
};
static_assert(sizeof(Header) == kFrameHeaderBytes);

bool is_known(std::uint16_t type) {
    const auto in = [type](FrameType first, FrameType last) {
        return type >= static_cast<std::uint16_t>(first) && type <= static_cast<std::uint16_t>(last);
    };
    return in(FrameType::start, FrameType::reply) || in(FrameType::hello, FrameType::log);
}

}  // namespace

std::string frame_header(FrameType type, std::uint64_t id, std::size_t body_bytes) {
    const Header header{static_cast<std::uint32_t>(body_bytes), static_cast<std::uint16_t>(type), 0, id};
    std::string out;
    out.reserve(sizeof(header) + body_bytes);
    out.append(reinterpret_cast<const char*>(&header), sizeof(header));
    return out;
}

// What is unread moves to the front; a frame larger than a chunk gets its whole room at once.
void FrameBuffer::make_room() {
    if (begin_ > 0) {
        std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    std::size_t wanted = end_ + kChunk;
    if (end_ >= kFrameHeaderBytes) {
        Header header{};
        std::memcpy(&header, bytes_.data(), sizeof(header));
        wanted = std::max(wanted, kFrameHeaderBytes + std::min<std::size_t>(header.size, max_body_bytes_));
    }
    if (bytes_.size() < wanted || bytes_.size() > wanted + 16 * kChunk) bytes_.resize(wanted);
}

FrameBuffer::Filled FrameBuffer::fill(int socket, bool wait) {
    make_room();
    const std::size_t room = bytes_.size() - end_;
    for (;;) {
        const ssize_t got = ::recv(socket, bytes_.data() + end_, room, wait ? 0 : MSG_DONTWAIT);
        if (got > 0) {
            end_ += static_cast<std::size_t>(got);
            drained_ = static_cast<std::size_t>(got) < room;
            return Filled::some;
        }
        if (got == 0) return Filled::closed;
        if (errno == EINTR) continue;
        return errno == EAGAIN ? Filled::nothing : Filled::closed;
    }
}

std::optional<Frame> FrameBuffer::next() {
    if (!broken_.empty() || end_ - begin_ < kFrameHeaderBytes) return std::nullopt;
    Header header{};
    std::memcpy(&header, bytes_.data() + begin_, sizeof(header));
    if (!is_known(header.type) || header.zero != 0) {
        broken_ = "expected a known message, got type " + std::to_string(header.type);
        return std::nullopt;
    }
    if (header.size > max_body_bytes_) {
        broken_ = "expected a message of at most " + std::to_string(max_body_bytes_) + " bytes, got one of " +
                  std::to_string(header.size);
        return std::nullopt;
    }
    if (end_ - begin_ < kFrameHeaderBytes + header.size) return std::nullopt;
    Frame frame;
    frame.type = static_cast<FrameType>(header.type);
    frame.id = header.id;
    frame.body = std::string_view(bytes_).substr(begin_ + kFrameHeaderBytes, header.size);
    begin_ += kFrameHeaderBytes + header.size;
    return frame;
}

}  // namespace cedar::host::worker
