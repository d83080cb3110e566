// Fan-out through the real host, each figure beside its baseline in the same run.
#include "tools/bench/fan_out_cases.hpp"
#include "tools/bench/node_baseline.hpp"

#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

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

}  // namespace

// fan_out [SCRIPT]: SCRIPT is fan_out.mjs, for the baseline.
int main(int argc, char** argv) {
    const std::string script = argc > 1 ? argv[1] : "tools/bench/fan_out.mjs";
    if (!std::filesystem::exists(script)) std::printf("no %s: no baseline\n", script.c_str());
    const auto node = node_baseline(script);
    std::printf("median (least to most) of %d, after one to warm up\n", kRepetitions);
    line("1000 no-op, bare calls through the boundary", bare_calls(1000, kRepetitions), {}, "");
    BenchHost host;
    line("1000 no-op, normalised and validated, no events", without_events(host, "bench.noop", 1000, kRepetitions),
         node, "noop_1000");
    line("1000 no-op, whole run, all events serialised", with_events(host, "bench.noop", 1000, kRepetitions), node,
         "noop_1000");
    line("1000 wait 50 ms, no events", without_events(host, "bench.wait", 1000, kRepetitions), node, "wait_1000");
    line("1000 wait 50 ms, whole run", with_events(host, "bench.wait", 1000, kRepetitions), node, "wait_1000");
    line("10000 wait 50 ms, no events", without_events(host, "bench.wait", 10000, 5), node, "wait_10000");
    const auto late = hung(host, 1000, kRepetitions);
    line("1000 hung, limit 100 ms: lateness p50", late.p50, {}, "");
    line("1000 hung, limit 100 ms: lateness p99", late.p99, node, "hang_p99");
    line("1000 hung, limit 100 ms: lateness of the last", late.worst, {}, "");
    std::printf("  (%zu of %zu ended)\n", late.timeouts, late.expected);
    line("submit() to ack while 1000 components run", ack_while_busy(host, 1000, kRepetitions), {}, "");
    return 0;
}
