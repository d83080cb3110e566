// What readers notice of what goes on beside them: Redis gone for three seconds between two hosts; how long an
// event takes from its making to its socket's buffer while an import, a thousand components and calls to a model go
// on; a cancel until its calls to the model are gone.
#include "tests/support/llm_stub_process.hpp"
#include "tests/support/redis_process.hpp"
#include "tools/bench/cells.hpp"
#include "tools/bench/import_beside.hpp"
#include "tools/bench/load_socket.hpp"
#include "tools/bench/peers.hpp"
#include "tools/bench/repeat.hpp"
#include "tools/bench/statistics.hpp"
#include "tools/bench/thread_watcher.hpp"
#include "tools/bench/timed_socket.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace cedar::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kRounds = 5, kCancels = 50;
constexpr auto kAway = 3s, kMeasured = 10s;
constexpr std::size_t kComponents = 1000;

// Sends a whole request and returns all of the answer.
std::string ask(std::uint16_t port, const std::string& request) {
    const int socket = connected(port);
    send_all(socket, request);
    std::string answer;
    char octets[4096];
    for (auto got = ::read(socket, octets, sizeof octets); got > 0; got = ::read(socket, octets, sizeof octets))
        answer.append(octets, static_cast<std::size_t>(got));
    ::close(socket);
    return answer;
}

void make_project(std::uint16_t port) {
    static_cast<void>(ask(port, "POST /projects/create HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                                    "\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                    "Content-Length: 11\r\n\r\ntitle=bench"));
}

bool is_end(std::string_view event) {
    return event.find("\"type\":\"final\"") < 20 || event.find("\"type\":\"error\"") < 20;
}

// The text of a member that is a string or a number.
std::string member(std::string_view event, const std::string& name) {
    const auto mark = "\"" + name + "\":";
    auto at = event.find(mark);
    if (at == std::string_view::npos) return {};
    at += mark.size() + (event[at + mark.size()] == '"' ? 1 : 0);
    return std::string(event.substr(at, event.find_first_of(",\"}", at) - at));
}

// All events of one run.
std::vector<TimedSocket::Message> run(TimedSocket& socket, const std::string& request) {
    socket.send_text(request);
    std::vector<TimedSocket::Message> out;
    do {
        out.push_back(socket.next());
        if (out.back().text.empty()) die("a socket has ended");
    } while (!is_end(out.back().text));
    return out;
}

// One host asks and asks, the other shows it; Redis is killed between them and comes back without its data.
void measure_redis(const char* name) {
    std::vector<double> first, whole;
    std::size_t lost = 0, told = 0, events = 0;
    for (int round = 0; round < kRounds; ++round) {
        host::RedisProcess redis;
        redis.start();
        const std::vector<std::string> as_configured{"--set", "redis.retry_max_ms=5000"};
        const auto one = start_cedar(redis.url(), as_configured), other = start_cedar(redis.url(), as_configured);
        make_project(one.port);
        TimedSocket asker(one.port);
        std::vector<std::string> made;
        const auto say = [&](const std::string& more) {
            for (auto& message : run(asker, R"({"content":"roof","keep_open":true)" + more + "}"))
                made.push_back(std::move(message.text));
        };
        say("");
        const auto thread = member(made.back(), "thread_id");
        const ThreadWatcher watcher(other.port, thread);
        const auto goes_on = [&](Clock::time_point until) {
            while (Clock::now() < until) {
                say(",\"thread_id\":" + thread);
                std::this_thread::sleep_for(10ms);
            }
        };
        goes_on(Clock::now() + 500ms);
        redis.kill();
        goes_on(Clock::now() + kAway);
        const auto before = watcher.seen().size();
        redis.start();
        const auto back = Clock::now();
        goes_on(back + 1s);
        const auto all = made.size();
        host::eventually([&] { return watcher.seen().size() >= all; }, 20s);
        const auto seen = watcher.seen();
        const auto times = watcher.times();
        std::size_t at = 0;
        for (const auto& message : seen) {
            if (message.event == "gap") ++told;
            if (at < all && message.data == made[at]) ++at;
        }
        lost += all - at;
        events += all;
        const auto ms = [&](Clock::time_point time) {
            return std::chrono::duration<double, std::milli>(time - back).count();
        };
        if (times.size() > before) first.push_back(ms(times[before]));
        if (times.size() >= all) whole.push_back(ms(times[all - 1]));
    }
    std::printf(
        "%s: news again %s, the last of a second's events %s after its return; of %zu events %zu lost, %zu gaps "
        "told\n",
        name, to_text(spread_of(first)).c_str(), to_text(spread_of(whole)).c_str(), events, lost, told);
}

// A thousand libraries of one, by their ids.
void make_plugins(const host::TempFolder& folder) {
    std::ifstream in(CEDAR_BENCH_NOOP, std::ios::binary);
    std::stringstream octets;
    octets << in.rdbuf();
    const std::string original = octets.str(), id = "bench.noop0000";
    for (std::size_t i = 0; i < kComponents; ++i) {
        char name[32];
        std::snprintf(name, sizeof name, "bench.noop%04zu", i);
        auto copy = original;
        for (auto at = copy.find(id); at != std::string::npos; at = copy.find(id, at + 1))
            copy.replace(at, id.size(), name);
        folder.write("plugins/" + std::string(name) + ".so", copy);
    }
}

// Asks again and again on a socket of its own; of each event, how long it took to the socket's buffer.
class Asker {
public:
    Asker(std::uint16_t port, std::string request)
        : socket_(port), request_(std::move(request)), thread_([this] {
              while (!ended_) {
                  for (const auto& message : run(socket_, request_)) {
                      const auto made = made_at_ns(message.text);
                      if (made > 0) ages_.push_back(static_cast<double>(message.at_ns - made) / 1e6);
                  }
                  ++runs_;
              }
          }) {}
    // Ends the asking.
    std::vector<double> ages() {
        ended_ = true;
        thread_.join();
        return ages_;
    }
    [[nodiscard]] int runs() const { return runs_; }

private:
    TimedSocket socket_;
    const std::string request_;
    std::vector<double> ages_;
    std::atomic<bool> ended_ = false;
    std::atomic<int> runs_ = 0;
    std::thread thread_;
};

void print_ages(const char* name, const char* what, Asker& asker) {
    const auto ages = asker.ages();
    if (ages.empty()) return;
    std::printf("%s, %s: p50 %.3f ms, p99 %.3f ms, most %.3f ms of %zu events in %d runs\n", name, what,
                quantile(ages, 0.5), quantile(ages, 0.99), quantile(ages, 1), ages.size(), asker.runs());
}

Peer start_with_all(const host::LlmStubProcess& stub, const host::TempFolder& plugins) {
    auto peer = start_cedar("",
                            {"--plugins", (plugins / "plugins").string(), "--set", "isolation.default=in-process",
                             "--set", "run.candidates_top_k=1000", "--set", "llm.base_url=" + stub.url(), "--set",
                             "llm.capabilities=json_schema,json_object,tools,stream_usage"},
                            {{"OPENAI_API_KEY", "bench-key-0123456789"}});
    // All of the machine is the host's here: the time of arrival is the system's, whoever reads it when.
    const auto command = "taskset -a -p ffff " + std::to_string(peer.process->pid()) + " > /dev/null";
    if (std::system(command.c_str()) != 0) std::printf("cedar stays on one processor\n");
    make_project(peer.port);
    return peer;
}

void measure_buffer(const char* name) {
    host::LlmStubProcess stub(CEDAR_LLM_STUB);
    stub.set_rules(R"({"rules":[{"reply":{"text":"{\"function\":\"final\",\"args\":{\"text\":\"A hundred years.\",)"
                   R"(\"title\":\"Slate\",\"run_summary\":[\"read\"]}}","chunk_chars":4,"chunk_gap_ms":5}}]})");
    host::TempFolder plugins;
    make_plugins(plugins);
    const auto peer = start_with_all(stub, plugins);
    const auto ready = [&] {
        return ask(peer.port, "GET /api/components HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(peer.port) +
                                  "\r\nConnection: close\r\n\r\n")
                   .find("bench.noop0999") != std::string::npos;
    };
    if (!host::eventually(ready)) die("the components are not there");
    {
        Asker alone(peer.port, R"({"content":"roof","keep_open":true})");
        std::this_thread::sleep_for(2s);
        print_ages(name, "nothing beside it", alone);
    }
    const ImportBeside import(CEDAR_PROGRAM, (*peer.folder / "data").string());
    Asker few(peer.port, R"({"content":"roof","keep_open":true})");
    Asker many(peer.port, R"({"content":"nothing","keep_open":true})");
    Asker model(peer.port, R"({"content":"roof","keep_open":true,"aggregator":"aggregator.llm"})");
    std::this_thread::sleep_for(kMeasured);
    print_ages(name, "a small run beside all", few);
    print_ages(name, "a run of 1000 components", many);
    print_ages(name, "a run that streams from a model", model);
    std::printf("%s: imports meanwhile: %d\n", name, import.rounds());
}

void measure_cancel(const char* name) {
    host::LlmStubProcess stub(CEDAR_LLM_STUB);
    stub.set_rules(R"({"rules":[{"reply":{"text":"x","fault":"hang"}}]})");
    const host::TempFolder none;
    std::filesystem::create_directories(none / "plugins");
    const auto peer = start_with_all(stub, none);
    const auto roofs =
        none.write("roofs.md", "# Roofs\n\nA slate roof lasts a hundred years. A thatched roof burns.\n");
    host::Process importing({CEDAR_PROGRAM, "import", "--data-dir", (*peer.folder / "data").string(), "--project",
                             "bench", roofs.string()});
    if (importing.wait() != 0) die("no import");
    TimedSocket socket(peer.port);
    std::vector<double> ended, gone;
    for (int i = 0; i < kCancels; ++i) {
        socket.send_text(R"({"content":"How long does a slate roof last?","keep_open":true,)"
                         R"("components":["analysis.answer","analysis.keywords"]})");
        const auto id = member(socket.next().text, "run_id");
        if (!host::eventually([&] { return stub.counter("live") == 2; }, 5s)) die("no calls to the model");
        const auto begin = Clock::now();
        socket.send_text(R"({"action":"cancel","run_id":")" + id + "\"}");
        while (!is_end(socket.next().text)) continue;
        ended.push_back(ms_since(begin));
        while (stub.counter("live") > 0) continue;
        gone.push_back(ms_since(begin));
    }
    std::printf("%s: last event after %s, p99 %.2f ms; both calls gone, as the model says, after %s, p99 %.2f ms\n",
                name, to_text(spread_of(ended)).c_str(), quantile(ended, 0.99), to_text(spread_of(gone)).c_str(),
                quantile(gone, 0.99));
}

}  // namespace
}  // namespace cedar::bench

int main(int count, char** arguments) {
    using namespace cedar::bench;
    return measure({{"redis away", measure_redis}, {"buffer", measure_buffer}, {"cancel", measure_cancel}}, count,
                   arguments);
}
