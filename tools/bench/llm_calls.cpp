// A thousand calls of llm.chat at once to the stub, which answers after 50 ms; then a thousand that hang,
// cancelled. Beside it, in the same run: Node's http and, where it is installed, the openai client.
// Usage: llm_calls [calls|cancel], both without an argument; only then beside Node.
#include "host/core/json.hpp"
#include "host/runtime/system_clock.hpp"
#include "host/services/llm/llm_chat.hpp"
#include "tests/support/llm_stub_process.hpp"
#include "tests/support/recording_log.hpp"
#include "tools/bench/node_baseline.hpp"
#include "tools/bench/statistics.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <latch>
#include <thread>

namespace {

using namespace cedar;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kCalls = 1000;
constexpr int kRounds = 7, kCancelRounds = 5;
constexpr double kPageKib = 4;

double ms_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double cpu_ms() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto ms = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_usec) / 1000;
    };
    return ms(used.ru_utime) + ms(used.ru_stime);
}

double resident_mib() {
    std::ifstream in("/proc/self/statm");
    double all = 0, resident = 0;
    in >> all >> resident;
    return resident * kPageKib / 1024;
}

std::size_t open_sockets() {
    std::size_t count = 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", ignored)) {
        count += std::filesystem::read_symlink(entry, ignored).string().starts_with("socket:") ? 1U : 0U;
    }
    return count;
}

// The service on a loop of its own.
class Chats {
public:
    explicit Chats(const std::string& url) : work_(boost::asio::make_work_guard(loop_)) {
        host::services::llm::LlmOptions options;
        options.base_url = url;
        options.api_key = "any";
        options.calls_max = kCalls;
        options.transport.connections_max = kCalls;
        chat_ = std::make_unique<host::services::llm::LlmChat>(options, loop_, clock_, log_);
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~Chats() {
        work_.reset();
        loop_.stop();
        thread_.join();
        chat_.reset();
    }
    Chats(const Chats&) = delete;
    Chats& operator=(const Chats&) = delete;

    host::Service::Cancel call(host::Service::Done done) {
        host::ServiceCall call;
        call.component = "bench.calls";
        call.body = R"({"messages":[{"role":"user","content":"Hi"}]})";
        call.deadline = Clock::now() + std::chrono::minutes(1);
        return chat_->call(std::move(call), std::move(done));
    }

    // What the thread of llm.chat has used: the caller's share is not in it, the reading of replies is.
    [[nodiscard]] double thread_cpu_ms() {
        clockid_t clock = 0;
        timespec used{};
        ::pthread_getcpuclockid(thread_.native_handle(), &clock);
        ::clock_gettime(clock, &used);
        return static_cast<double>(used.tv_sec) * 1000 + static_cast<double>(used.tv_nsec) / 1e6;
    }

private:
    host::runtime::SystemClock clock_;
    host::RecordingLog log_;
    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::unique_ptr<host::services::llm::LlmChat> chat_;
    std::thread thread_;
};

// Wall time of a thousand answers, each read as the component would read it.
double one_round(Chats& chats) {
    std::latch all(kCalls);
    std::atomic<std::size_t> wrong{0};
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < kCalls; ++i) {
        static_cast<void>(chats.call([&](const host::ServiceReply& reply) {
            const auto document = host::parse_json(reply.body);
            if (!document || host::string_member(*document, "text") != "Hello") ++wrong;
            all.count_down();
        }));
    }
    all.wait();
    const double wall = ms_since(begin);
    if (wrong > 0) std::cout << "  " << wrong << " calls were not answered\n";
    return wall;
}

struct Calls {
    bench::Spread walls;
    double cpu_us = 0, thread_us = 0, cold = 0, growth = 0;
};

Calls measure_calls(Chats& chats) {
    Calls out;
    const double before = resident_mib();
    out.cold = one_round(chats);
    std::vector<double> walls, cpus, threads;
    for (int round = 0; round < kRounds; ++round) {
        const double cpu = cpu_ms(), thread = chats.thread_cpu_ms();
        walls.push_back(one_round(chats));
        cpus.push_back((cpu_ms() - cpu) * 1000 / static_cast<double>(kCalls));
        threads.push_back((chats.thread_cpu_ms() - thread) * 1000 / static_cast<double>(kCalls));
    }
    out.growth = resident_mib() - before;
    out.cpu_us = bench::spread_of(cpus).median;
    out.thread_us = bench::spread_of(threads).median;
    out.walls = bench::spread_of(walls);
    return out;
}

// Milliseconds from the first cancel until the last socket of this process is closed.
double measure_cancel(host::LlmStubProcess& stub) {
    stub.set_rules(R"({"rules":[{"reply":{"text":"never","fault":"hang"}}]})");
    Chats chats(stub.url());
    const auto sockets = open_sockets();
    std::latch all(kCalls);
    std::vector<host::Service::Cancel> cancels;
    for (std::size_t i = 0; i < kCalls; ++i) {
        cancels.push_back(chats.call([&all](const host::ServiceReply&) { all.count_down(); }));
    }
    while (stub.counter("live") < kCalls) std::this_thread::yield();
    const auto begin = Clock::now();
    for (const auto& cancel : cancels) cancel();
    all.wait();
    while (open_sockets() > sockets) std::this_thread::yield();
    const double took = ms_since(begin);
    while (stub.counter("live") > 0) std::this_thread::yield();  // the other side has seen it too
    return took;
}

void print_baseline(const std::string& url, double ours) {
    const auto script = std::filesystem::path(CEDAR_BENCH_DIR) / "llm_calls.mjs";
    const auto figures = bench::node_baseline(script.string() + "' '" + url);
    if (figures.empty()) {
        std::cout << "no Node here: nothing to compare with\n";
        return;
    }
    for (const auto& [name, value] : figures) std::cout << "  " << name << " " << value << "\n";
    if (const auto node = figures.find("node_http"); node != figures.end())
        std::cout << "ratio to Node http: " << ours / node->second << " (to reach: 0.6)\n";
    if (!figures.contains("openai")) std::cout << "the openai client is not installed: see README.md\n";
}

double report_calls(const std::string& url) {
    Chats chats(url);
    const auto calls = measure_calls(chats);
    std::cout
        << "1000 calls at once, answered after 50 ms: " << bench::to_text(calls.walls) << ", cold " << calls.cold
        << " ms\n"
        << "CPU of a call: " << calls.cpu_us << " us (to reach: 100), user and system, of the whole process: "
        << "handing it over,\n  its thread (" << calls.thread_us
        << " us: request read and written as JSON, transfer, answer read, reply written), reply read as JSON\n"
        << "growth of resident memory: " << calls.growth << " MiB (to reach: 100 MB)\n";
    return calls.walls.median;
}

void report_cancel(host::LlmStubProcess& stub) {
    std::vector<double> cancels;
    for (int round = 0; round < kCancelRounds; ++round) cancels.push_back(measure_cancel(stub));
    std::cout << "1000 running calls cancelled, sockets closed: " << bench::to_text(bench::spread_of(cancels))
              << " (to reach: 50 ms)\n";
}

}  // namespace

int main(int argc, char** argv) {
    const std::string only = argc > 1 ? argv[1] : "";
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    host::LlmStubProcess stub(CEDAR_LLM_STUB, R"({"rules":[{"reply":{"text":"Hello","delay_ms":50}}]})");
    if (only != "cancel") {
        const auto median = report_calls(stub.url());
        if (only.empty()) print_baseline(stub.url(), median);
    }
    if (only != "calls") report_cancel(stub);
    return 0;
}
