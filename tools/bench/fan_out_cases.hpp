#pragma once
#include "tools/bench/bench_host.hpp"
#include "tools/bench/statistics.hpp"

#include <cstddef>

namespace cedar::bench {

// Each runs a case several times after a warm-up and gives milliseconds.

// The components' functions called one after another through the boundary, answers copied, nothing checked.
[[nodiscard]] Spread bare_calls(std::size_t count, int repetitions);
// From the first start to the last result, normalised and checked against its schema; no events.
[[nodiscard]] Spread without_events(BenchHost& host, const std::string& kind, std::size_t count, int repetitions);
// From submit() to the terminal event, all events serialised and in the log.
[[nodiscard]] Spread with_events(BenchHost& host, const std::string& kind, std::size_t count, int repetitions);

struct Lateness {
    Spread p50, p99, worst;  // of the repetitions' quantiles
    std::size_t timeouts = 0, expected = 0;
};
// How long after its deadline of 100 ms each of `count` hanging components' result is in the log.
[[nodiscard]] Lateness hung(BenchHost& host, std::size_t count, int repetitions);

// How long submit() takes, after which the ack is in the log, while another run's `count` components run.
[[nodiscard]] Spread ack_while_busy(BenchHost& host, std::size_t count, int repetitions);

}  // namespace cedar::bench
