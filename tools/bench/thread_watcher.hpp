#pragma once
#include "tests/support/sse_reader.hpp"
#include "tools/bench/load_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cedar::bench {

// A reader of a thread at one host, on a thread of its own: what it was shown, and when.
class ThreadWatcher {
public:
    ThreadWatcher(std::uint16_t port, const std::string& thread) : socket_(connected(port)) {
        send_all(socket_,
                 "GET /sse/" + thread + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n");
        work_ = std::thread([this] {
            char octets[65536];
            for (auto got = ::read(socket_, octets, sizeof octets); got > 0;
                 got = ::read(socket_, octets, sizeof octets)) {
                const std::lock_guard lock(mutex_);
                sse_.feed({octets, static_cast<std::size_t>(got)});
                times_.resize(sse_.messages.size(), std::chrono::steady_clock::now());
            }
        });
    }
    ~ThreadWatcher() {
        ::shutdown(socket_, SHUT_RDWR);
        work_.join();
        ::close(socket_);
    }
    ThreadWatcher(const ThreadWatcher&) = delete;
    ThreadWatcher& operator=(const ThreadWatcher&) = delete;

    [[nodiscard]] std::vector<host::SseReader::Message> seen() const {
        const std::lock_guard lock(mutex_);
        return sse_.messages;
    }
    [[nodiscard]] std::vector<std::chrono::steady_clock::time_point> times() const {
        const std::lock_guard lock(mutex_);
        return times_;
    }

private:
    int socket_;
    mutable std::mutex mutex_;
    host::SseReader sse_;
    std::vector<std::chrono::steady_clock::time_point> times_;
    std::thread work_;
};

}  // namespace cedar::bench
