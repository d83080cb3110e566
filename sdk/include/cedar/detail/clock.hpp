#pragma once
#include <atomic>
#include <chrono>

namespace cedar::detail {

using Time = std::chrono::steady_clock::time_point;

inline Time steady_now() noexcept {
    return std::chrono::steady_clock::now();
}

// What a component reads the time from; cedar/testing.hpp puts a hand-ticked clock here.
inline constinit std::atomic<Time (*)() noexcept> clock = steady_now;

inline Time now() {
    return clock.load(std::memory_order_relaxed)();
}

}  // namespace cedar::detail
