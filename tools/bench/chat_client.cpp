#include "tools/bench/chat_client.hpp"

#include "tools/bench/chat_frames.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace cedar::bench {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{4} << 20;

[[noreturn]] void die(const char* what) {
    std::fprintf(stderr, "chat client: %s\n", what);
    std::exit(1);
}

}  // namespace

ChatClient::ChatClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)), buffer_(kBufferBytes) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, std::bit_cast<sockaddr*>(&address), sizeof address) != 0) die("cannot connect");
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    send_all(upgrade_request(port));
    for (;;) {
        const std::string_view head(buffer_.data(), end_);
        const auto over = head.find("\r\n\r\n");
        if (over == std::string_view::npos) {
            if (!fill()) die("the server closed before it answered");
            continue;
        }
        if (!head.starts_with("HTTP/1.1 101")) die("expected 101 Switching Protocols");
        begin_ = over + 4;
        return;
    }
}

ChatClient::~ChatClient() {
    ::close(socket_);
}

void ChatClient::send_all(std::string_view octets) const {
    while (!octets.empty()) {
        const auto sent = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (sent <= 0) die("cannot send");
        octets.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool ChatClient::fill() {
    if (end_ == buffer_.size()) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
        if (end_ == buffer_.size()) die("a message is larger than the buffer");
    }
    const auto got = ::recv(socket_, buffer_.data() + end_, buffer_.size() - end_, 0);
    if (got <= 0) return false;
    end_ += static_cast<std::size_t>(got);
    return true;
}

bool ChatClient::need(std::size_t octets) {
    while (end_ - begin_ < octets) {
        if (!fill()) return false;
    }
    return true;
}

void ChatClient::send_text(std::string_view message) {
    send_all(masked_frame(message));
}

std::string_view ChatClient::next() {
    for (;;) {
        const auto frame = frame_head({buffer_.data() + begin_, end_ - begin_});
        if (!need(frame ? frame->head + frame->payload : end_ - begin_ + 1)) return {};
        if (!frame) continue;
        const std::string_view payload(buffer_.data() + begin_ + frame->head, frame->payload);
        begin_ += frame->head + frame->payload;
        if (frame->text) return payload;
    }
}

}  // namespace cedar::bench
