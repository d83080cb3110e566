#include "tools/bench/event_publisher.hpp"

#include "tools/bench/load_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <initializer_list>
#include <string_view>

namespace cedar::bench {
namespace {

constexpr std::size_t kLinesAnEvent = 3;  // of Redis' answers: "$<size>", the entry's id, ":<readers>"

void append_command(std::string& out, std::initializer_list<std::string_view> words) {
    out.append("*").append(std::to_string(words.size())).append("\r\n");
    for (const auto word : words)
        out.append("$").append(std::to_string(word.size())).append("\r\n").append(word).append("\r\n");
}

}  // namespace

std::string event_text(std::int64_t thread_id, std::uint64_t seq) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    std::array<char, 320> text{};
    const int size = std::snprintf(
        text.data(), text.size(),
        R"({"type":"info","eid":"%016lx%016lx","run_id":"%032lx","seq":%lu,"t":"2026-01-02T03:04:05.000006Z",)"
        R"("project_id":1,"thread_id":%ld,"sent":%ld})",
        static_cast<unsigned long>(thread_id), static_cast<unsigned long>(seq),
        static_cast<unsigned long>(thread_id), static_cast<unsigned long>(seq), static_cast<long>(thread_id),
        static_cast<long>(std::chrono::nanoseconds(now).count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

EventPublisher::EventPublisher(std::uint16_t redis_port) : socket_(connected(redis_port)) {}
EventPublisher::~EventPublisher() {
    ::close(socket_);
}

void EventPublisher::say(std::int64_t thread_id, std::uint64_t seq) {
    const auto json = event_text(thread_id, seq);
    const auto head = "cedar:thread:" + std::to_string(thread_id);
    append_command(out_, {"XADD", head + ":log", "MAXLEN", "~", "10000", "*", "h", "bench", "e", json});
    append_command(out_, {"PUBLISH", head + ":pub", json});
    lines_ += kLinesAnEvent;
}

void EventPublisher::flush(std::size_t unanswered) {
    send_all(socket_, out_);
    out_.clear();
    std::array<char, 65536> buffer{};
    while (lines_ > unanswered * kLinesAnEvent) {
        const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (got <= 0) die("redis");
        const auto lines = static_cast<std::size_t>(std::count(buffer.data(), buffer.data() + got, '\n'));
        lines_ -= std::min(lines_, lines);
    }
}

}  // namespace cedar::bench
