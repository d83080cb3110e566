#pragma once
#include <chrono>

namespace cedar::host {

using SteadyTime = std::chrono::steady_clock::time_point;  // for deadlines and durations; CLOCK_MONOTONIC
using UtcTime = std::chrono::system_clock::time_point;     // for people

// The moment an input reaches core, which has no clock of its own.
struct Now {
    SteadyTime steady{};
    UtcTime utc{};
};

}  // namespace cedar::host
