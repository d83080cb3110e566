#include "tools/bench/timed_socket.hpp"

#include "tools/bench/chat_frames.hpp"
#include "tools/bench/load_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace cedar::bench {
namespace {

constexpr std::size_t kAtOnce = 4096;  // few messages, so that each has a time of its own
constexpr std::int64_t kSecond = 1'000'000'000;

std::int64_t time_of(msghdr& head) {
    for (auto* note = CMSG_FIRSTHDR(&head); note != nullptr; note = CMSG_NXTHDR(&head, note)) {
        if (note->cmsg_level != SOL_SOCKET || note->cmsg_type != SCM_TIMESTAMPNS) continue;
        timespec at{};
        std::memcpy(&at, CMSG_DATA(note), sizeof at);
        return at.tv_sec * kSecond + at.tv_nsec;
    }
    return 0;
}

}  // namespace

TimedSocket::TimedSocket(std::uint16_t port) : socket_(connected(port)) {
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::setsockopt(socket_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) die("no time stamps");
    send_all(socket_, upgrade_request(port));
    std::size_t over = 0;
    while ((over = received_.find("\r\n\r\n")) == std::string::npos)
        if (!fill()) die("the server closed before it answered");
    if (!received_.starts_with("HTTP/1.1 101")) die("expected 101 Switching Protocols");
    begin_ = over + 4;
}

TimedSocket::~TimedSocket() {
    ::close(socket_);
}

bool TimedSocket::fill() {
    std::array<char, kAtOnce> octets{};
    alignas(cmsghdr) std::array<char, 256> notes{};
    iovec place{octets.data(), octets.size()};
    msghdr head{};
    head.msg_iov = &place;
    head.msg_iovlen = 1;
    head.msg_control = notes.data();
    head.msg_controllen = notes.size();
    const auto got = ::recvmsg(socket_, &head, 0);
    if (got <= 0) return false;
    received_.erase(0, begin_);
    begin_ = 0;
    received_.append(octets.data(), static_cast<std::size_t>(got));
    if (const auto at = time_of(head); at != 0) at_ns_ = at;
    return true;
}

bool TimedSocket::need(std::size_t octets) {
    while (received_.size() - begin_ < octets)
        if (!fill()) return false;
    return true;
}

void TimedSocket::send_text(std::string_view message) {
    send_all(socket_, masked_frame(message));
}

TimedSocket::Message TimedSocket::next() {
    for (;;) {
        const auto frame = frame_head(std::string_view(received_).substr(begin_));
        if (!need(frame ? frame->head + frame->payload : received_.size() - begin_ + 1)) return {};
        if (!frame) continue;
        Message message{received_.substr(begin_ + frame->head, frame->payload), at_ns_};
        begin_ += frame->head + frame->payload;
        if (frame->text) return message;
    }
}

std::int64_t made_at_ns(std::string_view event) {
    constexpr std::string_view mark = "\"t\":\"";
    const auto at = event.find(mark);
    if (at == std::string_view::npos) return 0;
    tm time{};
    long micro = 0;
    const std::string text(event.substr(at + mark.size(), 27));
    if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d.%6ldZ", &time.tm_year, &time.tm_mon, &time.tm_mday,
                    &time.tm_hour, &time.tm_min, &time.tm_sec, &micro) != 7)
        return 0;
    time.tm_year -= 1900;
    time.tm_mon -= 1;
    return (::timegm(&time) * 1'000'000 + micro) * 1000;
}

}  // namespace cedar::bench
