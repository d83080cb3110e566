#include "tools/bench/stream_readers.hpp"

#include "tools/bench/load_socket.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <utility>

namespace cedar::bench {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kPatience = 30s;
constexpr int kStuckBytes = 16 * 1024;

std::uint64_t number_after(std::string_view text, std::string_view mark) {
    const auto at = text.find(mark);
    std::uint64_t value = 0;
    if (at != std::string_view::npos)
        std::from_chars(text.data() + at + mark.size(), text.data() + text.size(), value);
    return value;
}

void ask(int socket, std::uint16_t port, std::int64_t thread_id) {
    send_all(socket, "GET /sse/" + std::to_string(thread_id) + " HTTP/1.1\r\nHost: 127.0.0.1:" +
                         std::to_string(port) + "\r\nAccept: text/event-stream\r\n\r\n");
}

}  // namespace

StreamReaders::StreamReaders(const Options& options) : readers_(options.count), note_ages_(options.note_ages) {
    auto thread_id = options.first_thread;
    for (auto& reader : readers_) {
        reader.socket = connected(options.port);
        ask(reader.socket, options.port, options.thread_each ? thread_id++ : thread_id);
    }
    stuck_.resize(options.stuck);
    for (auto& reader : stuck_) {
        reader.socket = connected(options.port, kStuckBytes);
        ask(reader.socket, options.port, thread_id);
    }
    thread_ = std::thread([this] { work(); });
    const auto end = Clock::now() + kPatience;
    while (heads_ < readers_.size() && Clock::now() < end) std::this_thread::sleep_for(1ms);
    if (heads_ < readers_.size()) std::printf("only %zu of %zu streams began\n", heads_.load(), readers_.size());
}

StreamReaders::~StreamReaders() {
    stop();
    for (const auto& reader : readers_) ::close(reader.socket);
    for (const auto& reader : stuck_) ::close(reader.socket);
}

void StreamReaders::stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
}

std::vector<double> StreamReaders::ages() {
    stop();
    return ages_;
}

bool StreamReaders::wait_for(std::uint64_t events) const {
    const auto end = Clock::now() + kPatience;
    while (slowest_ < events && !broken_ && Clock::now() < end) std::this_thread::sleep_for(200us);
    return slowest_ >= events && !broken_;
}

std::size_t StreamReaders::cut() const {
    std::size_t count = 0;
    std::array<char, 65536> buffer{};
    for (const auto& reader : stuck_) {
        ssize_t got = 1;
        while (got > 0) got = ::recv(reader.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got == 0 || errno != EAGAIN) ++count;
    }
    return count;
}

void StreamReaders::work() {
    stay_on(kLoadProcessor);
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < readers_.size(); ++i) {
        epoll_event event{EPOLLIN, {.u64 = i}};
        if (::epoll_ctl(epoll, EPOLL_CTL_ADD, readers_[i].socket, &event) != 0) die("epoll_ctl");
    }
    std::vector<char> buffer(std::size_t{1} << 18);
    std::array<epoll_event, 512> events{};
    while (!stopping_ && !broken_) {
        const int ready = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 50);
        for (int i = 0; i < ready; ++i) {
            auto& reader = readers_[events[static_cast<std::size_t>(i)].data.u64];
            const auto size = ::recv(reader.socket, buffer.data(), buffer.size(), 0);
            if (size <= 0) {
                broken_ = true;
            } else {
                take(reader, {buffer.data(), static_cast<std::size_t>(size)});
            }
        }
        slowest_ = std::ranges::min_element(readers_, {}, &Reader::last)->last;
    }
    ::close(epoll);
}

void StreamReaders::take(Reader& reader, std::string_view octets) {
    if (!std::exchange(reader.has_head, true)) ++heads_;
    for (auto end = octets.find('\n'); end != std::string_view::npos; end = octets.find('\n')) {
        if (reader.rest.empty()) {
            take_line(reader, octets.substr(0, end));
        } else {
            reader.rest.append(octets.substr(0, end));
            take_line(reader, reader.rest);
            reader.rest.clear();
        }
        octets.remove_prefix(end + 1);
    }
    reader.rest.append(octets);
}

void StreamReaders::take_line(Reader& reader, std::string_view line) {
    if (!line.starts_with("data: ")) return;
    const auto number = number_after(line, "\"seq\":");
    if (number != reader.last + 1) {
        if (!broken_.exchange(true))
            std::printf("expected event %lu, got: %.*s\n", reader.last + 1, static_cast<int>(line.size()),
                        line.data());
        return;
    }
    reader.last = number;
    if (!note_ages_) return;
    const auto now = Clock::now().time_since_epoch();
    const auto sent = number_after(line, "\"sent\":");
    ages_.push_back(std::chrono::duration<double, std::milli>(now).count() - static_cast<double>(sent) / 1e6);
}

}  // namespace cedar::bench
