// WebSockets: round trips, what an idle one costs, connects at once, and the ack of a run beside thousands that are
// idle; beside `ws` on Node in the same run. The server has one processor, the load the other.
#include "tools/bench/cells.hpp"
#include "tools/bench/chat_client.hpp"
#include "tools/bench/load_socket.hpp"
#include "tools/bench/peers.hpp"
#include "tools/bench/repeat.hpp"
#include "tools/bench/socket_crowd.hpp"
#include "tools/bench/statistics.hpp"

#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace cedar::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kRepetitions = 5;
constexpr std::size_t kIdle = 5000, kConnects = 10000;
constexpr int kQuestions = 500;
constexpr double kTalkSeconds = 1;

// The project that the sockets speak of.
void make_project(std::uint16_t port) {
    const std::string body = "title=bench";
    const int socket = connected(port);
    send_all(socket, "POST /projects/create HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                         "\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                         "Content-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body);
    char answer[4096];
    while (::read(socket, answer, sizeof answer) > 0) {}
    ::close(socket);
}

// `mode`: of the script that is compared with.
Peer start(bool node, const char* mode = "") {
    if (node) return start_node("sockets.mjs", mode);
    auto peer = start_cedar("");
    make_project(peer.port);
    return peer;
}

void print(const char* name, const std::string& who, const std::vector<double>& values, const char* unit,
           int digits) {
    if (values.empty()) return;
    const auto spread = spread_of(values);
    std::printf("%-13s %-5s %.*f %s (%.*f to %.*f)\n", name, who.c_str(), digits, spread.median, unit, digits,
                spread.least, digits, spread.most);
    std::fflush(stdout);
}

// `measure` on both, and what one is of the other.
void compare(const char* name, const char* unit, int digits,
             const std::function<std::vector<double>(const Peer&)>& measure, const char* mode = "") {
    std::vector<double> medians;
    for (const bool node : {false, true}) {
        const auto peer = start(node, mode);
        if (peer.port == 0) continue;
        const auto values = measure(peer);
        print(name, peer.name, values, unit, digits);
        medians.push_back(spread_of(values).median);
    }
    if (medians.size() == 2) std::printf("%-13s ratio %.2f\n", name, medians[0] / medians[1]);
    std::fflush(stdout);
}

// To cedar: the end of a run that is not there, which the socket answers with an error event. `ws` says the same
// text back, or answers with such an event.
std::vector<double> trips(const Peer& peer, std::size_t count, bool events) {
    const auto message = R"({"action":"cancel","run_id":")" + std::string(32, 'a') + "\"}";
    SocketCrowd crowd(peer.port, "/ws/chat/1");
    static_cast<void>(crowd.open(count));
    if (peer.name == "cedar") {  // or each would be closed after its first answer
        const auto stay =
            R"({"action":"resume","keep_open":true,"after_seq":0,"run_id":")" + std::string(32, 'a') + "\"}";
        static_cast<void>(crowd.talk(stay, "unknown run", 0));
    }
    std::vector<double> out;
    for (int i = 0; i < kRepetitions; ++i)
        out.push_back(crowd.talk(message, peer.name == "cedar" || events ? "unknown run" : "cancel", kTalkSeconds) /
                      1000);
    return out;
}

std::vector<double> idle(const Peer& peer) {
    {
        SocketCrowd warm(peer.port, "/ws/chat/1");
        static_cast<void>(warm.open(50));
    }
    const auto before = resident_kib(peer.process->pid());
    SocketCrowd crowd(peer.port, "/ws/chat/1");
    static_cast<void>(crowd.open(kIdle));
    std::this_thread::sleep_for(500ms);
    return {(resident_kib(peer.process->pid()) - before) / kIdle};
}

std::vector<double> connects(const Peer& peer) {
    std::vector<double> out;
    std::size_t failed = 0;
    for (int i = 0; i < kRepetitions; ++i) {
        SocketCrowd crowd(peer.port, "/ws/chat/1");
        out.push_back(crowd.open(kConnects));
        failed += crowd.failed();
    }
    std::printf("connects      %-5s %zu failed of %zu\n", peer.name.c_str(), failed, kConnects * kRepetitions);
    return out;
}

bool is_end(std::string_view event) {
    return event.starts_with(R"({"type":"final")") || event.starts_with(R"({"type":"error")");
}

// From the question's last octet to the ack's first, one run after the other.
std::vector<double> ack_times(std::uint16_t port) {
    ChatClient client(port);
    std::vector<double> out;
    const auto end = Clock::now() + 20s;
    for (int i = 0; i < kQuestions && Clock::now() < end; ++i) {
        const auto begin = Clock::now();
        client.send_text(R"({"action":"chat","content":"roof","keep_open":true})");
        if (!client.next().starts_with(R"({"type":"ack")")) std::printf("no ack: the figure does not count\n");
        out.push_back(ms_since(begin));
        for (auto event = client.next(); !event.empty() && !is_end(event);) event = client.next();
    }
    return out;
}

void acks(const char* name) {
    const auto peer = start(false);
    const auto alone = ack_times(peer.port);
    SocketCrowd crowd(peer.port, "/ws/chat/1");
    static_cast<void>(crowd.open(kIdle));
    const auto crowded = ack_times(peer.port);
    for (const auto* times : {&alone, &crowded})
        std::printf("%-13s %zu idle: p50 %.2f ms, p99 %.2f ms, worst %.2f ms of %zu runs\n", name,
                    times == &alone ? 0 : kIdle - crowd.failed(), quantile(*times, 0.5), quantile(*times, 0.99),
                    quantile(*times, 1), times->size());
    std::fflush(stdout);
}

const std::vector<Cell>& cells() {
    const auto compared = [](std::size_t count, bool events) {
        return [count, events](const char* name) {
            compare(
                name, "k/s", 1, [&](const Peer& peer) { return trips(peer, count, events); },
                events ? "events" : "");
        };
    };
    static const std::vector<Cell> all{
        {"trips-100", compared(100, false)},
        {"trips-1000", compared(1000, false)},
        {"events-100", compared(100, true)},
        {"events-1000", compared(1000, true)},
        {"idle", [](const char* name) { compare(name, "KiB", 2, idle); }},
        {"connects", [](const char* name) { compare(name, "s", 2, connects); }},
        {"acks", acks},
    };
    return all;
}

}  // namespace
}  // namespace cedar::bench

int main(int count, char** arguments) {
    return cedar::bench::measure(cedar::bench::cells(), count, arguments);
}
