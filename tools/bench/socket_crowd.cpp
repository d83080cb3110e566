#include "tools/bench/socket_crowd.hpp"

#include "tools/bench/chat_frames.hpp"
#include "tools/bench/load_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>

namespace cedar::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kOpeningAtOnce = 512;
constexpr auto kPatience = std::chrono::seconds(30);

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

SocketCrowd::SocketCrowd(std::uint16_t port, std::string path)
    : port_(port), request_(upgrade_request(port, path)), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) die("epoll_create1");
}

SocketCrowd::~SocketCrowd() {
    for (const auto& one : all_) ::close(one.socket);
    ::close(epoll_);
}

void SocketCrowd::begin_one() {
    auto& one = all_.emplace_back();
    one.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (one.socket < 0) die("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(one.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(one.socket, std::bit_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS)
        die("connect");
    epoll_event event{EPOLLOUT, {.u64 = all_.size() - 1}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, one.socket, &event) != 0) die("epoll_ctl");
}

// Writable: the request goes out. Readable: the answer is there.
void SocketCrowd::on_opening(std::size_t index) {
    auto& one = all_[index];
    epoll_event event{EPOLLIN, {.u64 = index}};
    if (one.rest.empty()) {
        one.rest = " ";
        const auto sent = ::send(one.socket, request_.data(), request_.size(), MSG_NOSIGNAL);
        if (sent == static_cast<ssize_t>(request_.size())) {
            ::epoll_ctl(epoll_, EPOLL_CTL_MOD, one.socket, &event);
            return;
        }
    } else {
        std::array<char, 4096> buffer{};
        const auto got = ::recv(one.socket, buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EAGAIN) return;
        if (got > 0) one.rest.append(buffer.data(), static_cast<std::size_t>(got));
        one.open = one.rest.starts_with(" HTTP/1.1 101") && one.rest.ends_with("\r\n\r\n");
        if (!one.open && got > 0 && !one.rest.ends_with("\r\n\r\n")) return;
    }
    if (!one.open) {
        ++failed_;
        ::epoll_ctl(epoll_, EPOLL_CTL_DEL, one.socket, &event);
    } else {
        ++opened_;
    }
    one.rest = {};
}

double SocketCrowd::open(std::size_t count) {
    const auto begin = Clock::now();
    const auto wanted = all_.size() + count;
    std::array<epoll_event, 512> events{};
    while (opened_ + failed_ < wanted && Clock::now() < begin + kPatience) {
        while (all_.size() < wanted && all_.size() - opened_ - failed_ < kOpeningAtOnce) begin_one();
        const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1000);
        for (int i = 0; i < ready; ++i) on_opening(events[static_cast<std::size_t>(i)].data.u64);
    }
    failed_ = wanted - opened_;
    return seconds_since(begin);
}

bool SocketCrowd::take(One& one, std::string_view octets, std::string_view answer, std::size_t& whole) {
    one.rest.append(octets);
    std::string_view rest = one.rest;
    while (const auto frame = frame_head(rest)) {
        if (!frame->text) return false;
        if (rest.size() < frame->head + frame->payload) break;
        if (rest.substr(frame->head, frame->payload).find(answer) == std::string_view::npos) return false;
        rest.remove_prefix(frame->head + frame->payload);
        ++whole;
    }
    one.rest.erase(0, one.rest.size() - rest.size());
    return true;
}

double SocketCrowd::talk(std::string_view message, std::string_view answer, double seconds) {
    const auto frame = masked_frame(message);
    for (const auto& one : all_) send_all(one.socket, frame);
    const auto begin = Clock::now();
    std::array<epoll_event, 512> events{};
    std::array<char, 16384> buffer{};
    std::size_t answers = 0, waiting = all_.size();
    double took = 0;
    while (waiting > 0) {
        const bool over = seconds_since(begin) > seconds;
        if (over && took == 0) took = seconds_since(begin);
        if (seconds_since(begin) > seconds + 10) return 0;
        const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1000);
        for (int i = 0; i < ready; ++i) {
            auto& one = all_[events[static_cast<std::size_t>(i)].data.u64];
            const auto got = ::recv(one.socket, buffer.data(), buffer.size(), 0);
            std::size_t whole = 0;
            if (got <= 0 || !take(one, {buffer.data(), static_cast<std::size_t>(got)}, answer, whole)) return 0;
            if (!over) answers += whole;
            for (; whole > 0; --whole) {
                if (over) {
                    --waiting;
                } else {
                    send_all(one.socket, frame);
                }
            }
        }
    }
    return static_cast<double>(answers) / took;
}

}  // namespace cedar::bench
