// WebSockets: round trips, what an idle one costs, connects at once, and the ack of a run beside thousands that are
// idle; beside `ws` on Node in the same run. The server has one processor, the load the other.
#include "tools/bench/cells.hpp"
#include "tools/bench/chat_client.hpp"
#include "tools/bench/load_socket.hpp"
#include "tools/bench/peers.hpp"
#include "tools/bench/repeat.hpp"
#include "tools/bench/rounds.hpp"
#include "tools/bench/socket_crowd.hpp"
#include "tools/bench/statistics.hpp"

#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
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
           int digits, const std::string& note = {}) {
    if (values.empty()) return;
    const auto spread = spread_of(values);
    std::printf("%-13s %-5s %.*f %s (%.*f to %.*f)%s\n", name, who.c_str(), digits, spread.median, unit, digits,
                spread.least, digits, spread.most, note.c_str());
    std::fflush(stdout);
}

// Takes a sample, again and again, of one server.
using Sampler = std::function<double()>;

// Samples of both in turns, so that what else the machine does meets both, and what one is of the other in each
// turn.
void compare(const char* name, const char* unit, int digits, int repetitions,
             const std::function<Sampler(const Peer&)>& sampler, const char* mode = "") {
    const Peer ours = start(false), theirs = start(true, mode);
    const auto sample_ours = sampler(ours);
    const auto sample_theirs = theirs.port == 0 ? Sampler() : sampler(theirs);
    std::vector<double> of_ours, of_theirs, ratios;
    Rounds rounds(repetitions);
    while (rounds.next()) {
        const double our = sample_ours(), their = sample_theirs ? sample_theirs() : 0;
        if (!rounds.counts()) continue;
        of_ours.push_back(our);
        if (!sample_theirs) continue;
        of_theirs.push_back(their);
        ratios.push_back(of_ours.back() / of_theirs.back());
    }
    print(name, "cedar", of_ours, unit, digits);
    print(name, "node", of_theirs, unit, digits);
    print(name, "ratio", ratios, "of node", 2, rounds.note());
}

// To cedar: the end of a run that is not there, which the socket answers with an error event. `ws` says the same
// text back, or answers with such an event.
Sampler trips(const Peer& peer, std::size_t count, bool events) {
    const auto crowd = std::make_shared<SocketCrowd>(peer.port, "/ws/chat/1");
    static_cast<void>(crowd->open(count));
    if (peer.name == "cedar") {  // or each would be closed after its first answer
        const auto stay =
            R"({"action":"resume","keep_open":true,"after_seq":0,"run_id":")" + std::string(32, 'a') + "\"}";
        static_cast<void>(crowd->talk(stay, "unknown run", 0));
    }
    const char* answer = peer.name == "cedar" || events ? "unknown run" : "cancel";
    return [crowd, answer] {
        const auto message = R"({"action":"cancel","run_id":")" + std::string(32, 'a') + "\"}";
        return crowd->talk(message, answer, kTalkSeconds) / 1000;
    };
}

Sampler idle(const Peer& peer) {
    return [&peer] {
        {
            SocketCrowd warm(peer.port, "/ws/chat/1");
            static_cast<void>(warm.open(50));
        }
        const auto before = resident_kib(peer.process->pid());
        SocketCrowd crowd(peer.port, "/ws/chat/1");
        static_cast<void>(crowd.open(kIdle));
        std::this_thread::sleep_for(500ms);
        return (resident_kib(peer.process->pid()) - before) / kIdle;
    };
}

Sampler connects(const Peer& peer) {
    return [&peer] {
        SocketCrowd crowd(peer.port, "/ws/chat/1");
        const auto seconds = crowd.open(kConnects);
        if (crowd.failed() > 0) std::printf("connects      %s: %zu failed\n", peer.name.c_str(), crowd.failed());
        return seconds;
    };
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
            const auto sampler = [&](const Peer& peer) { return trips(peer, count, events); };
            compare(name, "k/s", 1, kRepetitions, sampler, events ? "events" : "");
        };
    };
    static const std::vector<Cell> all{
        {"trips-100", compared(100, false)},
        {"trips-1000", compared(1000, false)},
        {"events-100", compared(100, true)},
        {"events-1000", compared(1000, true)},
        {"idle", [](const char* name) { compare(name, "KiB", 2, 1, idle); }},
        {"connects", [](const char* name) { compare(name, "s", 2, kRepetitions, connects); }},
        {"acks", acks},
    };
    return all;
}

}  // namespace
}  // namespace cedar::bench

int main(int count, char** arguments) {
    return cedar::bench::measure(cedar::bench::cells(), count, arguments);
}
