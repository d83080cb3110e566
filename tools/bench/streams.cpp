// Event streams: how many events a second reach their readers, and how late, beside Node in the same run.
#include "host/core/event_writer.hpp"
#include "host/http/server.hpp"
#include "host/runtime/thread_event_log.hpp"
#include "tests/support/memory_event_archive.hpp"
#include "tools/bench/bench_host.hpp"
#include "tools/bench/statistics.hpp"
#include "tools/bench/stream_readers.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace cedar::bench {
namespace {

using namespace cedar::host;
using namespace std::chrono_literals;

constexpr int kRepetitions = 3;
constexpr std::uint64_t kAhead = 500;  // events that the producer may be ahead of the slowest reader
constexpr unsigned kServerProcessor = 0;

struct Case {
    std::size_t readers;
    std::uint64_t events, per_second;  // 0: as fast as they are taken
};

struct Figure {
    double per_second = 0, median_ms = 0, late_ms = 0;  // deliveries; age: median and p99
};

// The host's own server and thread log, one I/O thread, without a disk behind it.
class StreamServer {
public:
    StreamServer() {
        http::ServerPorts ports;
        ports.runs = dispatcher_.get();
        ports.events = &log_;
        ports.threads = &log_;
        ports.store = &host_.store;
        ports.clock = &host_.clock;
        ports.ids = &host_.ids;
        ports.log = &host_.log;
        ports.components_json = [] { return std::string("{}"); };
        http::ServerOptions options;
        options.limits.connections = 20000;
        options.limits.peer.connections = 0;
        auto server = http::Server::listen(io_, ports, options);
        if (!server) {
            std::fprintf(stderr, "%s\n", server.error().message.c_str());
            std::exit(1);
        }
        server_ = std::move(*server);
        thread_ = std::thread([this] {
            stay_on(kServerProcessor);
            io_.run();
        });
    }
    ~StreamServer() {
        server_->stop([this] { guard_.reset(); });
        thread_.join();
        server_.reset();
        io_.restart();
        io_.poll();
    }
    StreamServer(const StreamServer&) = delete;
    StreamServer& operator=(const StreamServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    void say(std::uint64_t seq) {
        static const std::string run_id(32, 'a'), eid(32, 'e'), stage(40, 'x');
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        log_.append(EventWriter({EventType::info, seq, run_id, eid, "2026-01-02T03:04:05.000006Z", 1, 7})
                        .text("stage", stage)
                        .raw("sent", std::to_string(std::chrono::nanoseconds(now).count()))
                        .finish());
    }

private:
    BenchHost host_;
    MemoryEventArchive archive_;
    runtime::ThreadEventLog log_{{}, archive_};
    std::unique_ptr<runtime::Dispatcher> dispatcher_ = host_.dispatch({}, &log_);
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{io_.get_executor()};
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

// From the first event's making until every reader has the last.
Figure figure_of(StreamReaders& readers, const Case& of, SteadyTime begin) {
    readers.wait_for(of.events);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (readers.broken()) std::printf("an event was lost: the figure does not count\n");
    const auto ages = readers.ages();
    Figure out{static_cast<double>(of.readers * of.events) / took.count(), 0, 0};
    if (ages.empty()) return out;
    out.median_ms = quantile(ages, 0.5);
    out.late_ms = quantile(ages, 0.99);
    return out;
}

Figure ours(const Case& of) {
    StreamServer server;
    StreamReaders readers(server.port(), of.readers, of.per_second > 0);
    server.say(1);
    readers.wait_for(1);  // all are there
    const auto begin = std::chrono::steady_clock::now();
    std::thread producer([&] {
        stay_on(kServerProcessor);
        for (std::uint64_t seq = 2; seq <= of.events && !readers.broken(); ++seq) {
            if (of.per_second > 0) {
                std::this_thread::sleep_until(begin + std::chrono::nanoseconds(seq * 1000000000 / of.per_second));
            } else {
                while (seq > readers.slowest() + kAhead && !readers.broken()) std::this_thread::sleep_for(100us);
            }
            server.say(seq);
        }
    });
    const auto figure = figure_of(readers, of, begin);
    producer.join();
    return figure;
}

// Nothing where there is no Node.
Figure nodes(const std::string& script, const Case& of) {
    const auto command = "exec taskset -c 0 node '" + script + "' " + std::to_string(of.readers) + " " +
                         std::to_string(of.events) + " " + std::to_string(of.per_second);
    FILE* pipe = ::popen(command.c_str(), "r");
    unsigned port = 0;
    if (pipe == nullptr || std::fscanf(pipe, "%u", &port) != 1) return {};
    Figure figure;
    {
        StreamReaders readers(static_cast<std::uint16_t>(port), of.readers, of.per_second > 0);
        readers.wait_for(1);
        figure = figure_of(readers, of, std::chrono::steady_clock::now());
    }
    ::pclose(pipe);
    return figure;
}

void print(const char* name, const Case& of, const std::function<Figure()>& once) {
    std::vector<double> rates, medians, lates;
    for (int i = 0; i < kRepetitions; ++i) {
        const auto figure = once();
        rates.push_back(figure.per_second / 1000);
        medians.push_back(figure.median_ms);
        lates.push_back(figure.late_ms);
    }
    if (of.per_second == 0) {
        const auto spread = spread_of(rates);
        std::printf("%-6s %4zu readers: %.0f thousand deliveries/s (%.0f to %.0f)\n", name, of.readers,
                    spread.median, spread.least, spread.most);
    } else {
        std::printf("%-6s %4zu readers, 20 thousand deliveries/s: p50 %.2f ms, p99 %.2f ms (best p99 %.2f)\n", name,
                    of.readers, spread_of(medians).median, spread_of(lates).median, spread_of(lates).least);
    }
    std::fflush(stdout);
}

}  // namespace
}  // namespace cedar::bench

int main(int count, char** arguments) {
    using namespace cedar::bench;
    const std::string only = count > 1 ? arguments[1] : "";
    const std::string script = std::string(CEDAR_BENCH_DIR) + "/streams.mjs";
    for (const auto& of : {Case{100, 10000, 0}, Case{1000, 1000, 0}, Case{100, 400, 200}, Case{1000, 40, 20}}) {
        if (!only.empty() && only != (of.per_second == 0 ? "burst" : "paced")) continue;
        print("cedar", of, [&] { return ours(of); });
        print("node", of, [&] { return nodes(script, of); });
    }
    return 0;
}
