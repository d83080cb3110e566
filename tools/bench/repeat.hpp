#pragma once
#include "host/core/now.hpp"
#include "tools/bench/statistics.hpp"

#include <functional>

namespace cedar::bench {

[[nodiscard]] double ms_since(host::SteadyTime begin);

// Calls `once`, which gives milliseconds, so many times after one call to warm up (threads, stacks and caches), in
// Rounds.
[[nodiscard]] Spread repeat(int repetitions, const std::function<double()>& once);

}  // namespace cedar::bench
