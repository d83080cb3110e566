// Fan-out through the real host, each figure beside its baseline in the same run.
#include "tools/bench/chat_cases.hpp"
#include "tools/bench/fan_out_cases.hpp"
#include "tools/bench/node_baseline.hpp"

#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace cedar::bench;

constexpr int kRepetitions = 11;

void line(const char* what, const Spread& ours, const std::map<std::string, double>& node, const char* key) {
    std::printf("%-58s %s", what, to_text(ours).c_str());
    if (const auto found = node.find(key); found != node.end() && ours.median > 0) {
        std::printf("   Node %8.2f ms, ratio %.2f", found->second, ours.median / found->second);
    }
    std::printf("\n");
    std::fflush(stdout);
}

// One figure: printed, if `only` is part of its name.
struct Case {
    const char* name;
    const char* baseline;  // its name in fan_out.mjs, or empty
    std::function<Spread(BenchHost&)> measure;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> all{
        {"1000 no-op, normalised and validated, no events", "noop_1000",
         [](BenchHost& host) { return without_events(host, "bench.noop", 1000, kRepetitions); }},
        {"1000 no-op, whole run, all events serialised", "noop_1000",
         [](BenchHost& host) { return with_events(host, "bench.noop", 1000, kRepetitions); }},
        {"1000 no-op, whole run, all events read from one WebSocket", "noop_1000",
         [](BenchHost& host) { return on_chat_socket(host, "bench.noop", 1000, kRepetitions); }},
        {"1000 wait 50 ms, no events", "wait_1000",
         [](BenchHost& host) { return without_events(host, "bench.wait", 1000, kRepetitions); }},
        {"1000 wait 50 ms, whole run", "wait_1000",
         [](BenchHost& host) { return with_events(host, "bench.wait", 1000, kRepetitions); }},
        {"10000 wait 50 ms, no events", "wait_10000",
         [](BenchHost& host) { return without_events(host, "bench.wait", 10000, kRepetitions); }},
        {"submit() to ack while 1000 components run", "",
         [](BenchHost& host) { return ack_while_busy(host, 1000, kRepetitions); }},
        {"ack on a WebSocket while 1000 components run", "",
         [](BenchHost& host) { return ack_on_chat_socket(host, 1000, kRepetitions); }},
    };
    return all;
}

void print_hung(BenchHost& host, const std::map<std::string, double>& node) {
    const auto late = hung(host, 1000, kRepetitions);
    line("1000 hung, limit 100 ms: lateness p50", late.p50, {}, "");
    line("1000 hung, limit 100 ms: lateness p99", late.p99, node, "hang_p99");
    line("1000 hung, limit 100 ms: lateness of the last", late.worst, {}, "");
    std::printf("  (%zu of %zu ended as timeout)\n", late.timeouts, late.expected);
}

}  // namespace

// fan_out [ONLY]: of the figures, those whose name has ONLY in it, without the baseline.
int main(int argc, char** argv) {
    const std::string only = argc > 1 ? argv[1] : "";
    const std::string script = "tools/bench/fan_out.mjs";
    std::map<std::string, double> node;
    if (only.empty() && !std::filesystem::exists(script)) std::printf("no %s here: no baseline\n", script.c_str());
    if (only.empty()) node = node_baseline(script);
    std::printf("median (least to most) of %d, after one to warm up\n", kRepetitions);
    if (only.empty()) line("1000 no-op, bare calls through the boundary", bare_calls(1000, kRepetitions), {}, "");
    BenchHost host;
    for (const auto& one : cases())
        if (std::string(one.name).find(only) != std::string::npos)
            line(one.name, one.measure(host), node, one.baseline);
    if (std::string("1000 hung").find(only) != std::string::npos) print_hung(host, node);
    return 0;
}
