#include "tools/bench/stream_readers.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace cedar::bench {
namespace {

constexpr unsigned kReaderProcessor = 1;

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

int connected(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("connect");
    const auto request = "GET /sse/7 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n";
    if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
        fail("send");
    return socket;
}

std::uint64_t number_after(std::string_view text, std::string_view mark) {
    const auto at = text.rfind(mark);
    std::uint64_t value = 0;
    if (at != std::string_view::npos)
        std::from_chars(text.data() + at + mark.size(), text.data() + text.size(), value);
    return value;
}

}  // namespace

void stay_on(unsigned processor) {
    if (std::thread::hardware_concurrency() < 2) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    if (::sched_setaffinity(0, sizeof set, &set) != 0) std::perror("sched_setaffinity");
}

StreamReaders::StreamReaders(std::uint16_t port, std::size_t count, bool note_ages)
    : readers_(count), note_ages_(note_ages) {
    for (auto& reader : readers_) reader.socket = connected(port);
    thread_ = std::thread([this] { work(); });
}

StreamReaders::~StreamReaders() {
    stopping_ = true;
    thread_.join();
    for (const auto& reader : readers_) ::close(reader.socket);
}

std::vector<double> StreamReaders::ages() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    thread_ = std::thread([] {});
    return ages_;
}

void StreamReaders::wait_for(std::uint64_t events) const {
    while (slowest_ < events && !broken_) std::this_thread::sleep_for(std::chrono::microseconds(200));
}

void StreamReaders::work() {
    stay_on(kReaderProcessor);
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < readers_.size(); ++i) {
        epoll_event event{EPOLLIN, {.u64 = i}};
        if (::epoll_ctl(epoll, EPOLL_CTL_ADD, readers_[i].socket, &event) != 0) fail("epoll_ctl");
    }
    std::vector<char> buffer(std::size_t{1} << 18);
    std::array<epoll_event, 512> events{};
    while (!stopping_) {
        const int ready = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 50);
        for (int i = 0; i < ready; ++i) {
            auto& reader = readers_[events[static_cast<std::size_t>(i)].data.u64];
            const auto size = ::recv(reader.socket, buffer.data(), buffer.size(), 0);
            if (size <= 0 || !take(reader, {buffer.data(), static_cast<std::size_t>(size)})) broken_ = true;
        }
        if (broken_) break;
        slowest_ = std::ranges::min_element(readers_, {}, &Reader::last)->last;
    }
    ::close(epoll);
}

bool StreamReaders::take(Reader& reader, std::string_view octets) {
    for (auto end = octets.find('\n'); end != std::string_view::npos; end = octets.find('\n')) {
        if (reader.rest.empty()) {
            take_line(reader, octets.substr(0, end));
        } else {
            reader.rest.append(octets.substr(0, end));
            take_line(reader, reader.rest);
            reader.rest.clear();
        }
        octets.remove_prefix(end + 1);
        if (broken_) return false;
    }
    reader.rest.append(octets);
    return true;
}

void StreamReaders::take_line(Reader& reader, std::string_view line) {
    if (line.starts_with("id: ")) {
        const auto number = number_after(line, "-");
        if (number != reader.last + 1) broken_ = true;
        reader.last = number;
        ++taken_;
    } else if (note_ages_ && line.starts_with("data: ")) {
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        const auto sent = number_after(line, "\"sent\":");
        ages_.push_back(std::chrono::duration<double, std::milli>(now).count() - static_cast<double>(sent) / 1e6);
    }
}

}  // namespace cedar::bench
