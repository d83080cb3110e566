#pragma once
#include <cedar/abi.h>

#include <cstdint>

namespace cedar::bench {

// Components behind the real C boundary, without a library file. Their ids begin with "bench.noop", "bench.wait"
// (asks timer.sleep for 50 ms), "bench.hang" (asks bench.never) or "bench.aggregate".
[[nodiscard]] const cedar_entry& bench_entry();
// The host that they call; set before any is invoked.
void set_bench_host(const cedar_host* host);
// The deadline that the hanging ones were given last, nanoseconds of CLOCK_MONOTONIC.
[[nodiscard]] std::int64_t last_hang_deadline_ns();

}  // namespace cedar::bench
