#pragma once
#include "host/core/now.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace cedar::host::worker {

struct BreakerOptions {
    std::uint32_t failures = 3;             // in a row, that open it; 0: never
    std::chrono::milliseconds pause{1000};  // that it stays open, doubled each time it opens again
    std::chrono::milliseconds pause_max{60000};
};

// Keeps a component that crashes its worker again and again from costing every run. Closed: all goes through. Open:
// nothing does, for a pause. Half-open: one invocation goes through; its success closes it, its crash opens it for
// longer. Sans-I/O. Not thread-safe.
class CircuitBreaker {
public:
    explicit CircuitBreaker(BreakerOptions options) : options_(options) {}

    enum class State { closed, open, half_open };
    [[nodiscard]] State state(SteadyTime now) const;

    // Whether an invocation may go through now. In half-open only one at a time: it must be told of as success(),
    // failure() or withdrawn().
    [[nodiscard]] bool admit(SteadyTime now);
    void success();
    void failure(SteadyTime now, std::string why);
    void withdrawn() { trying_ = false; }  // one that was admitted said nothing about the component

    // For the person whose invocation was refused.
    [[nodiscard]] std::string refusal(SteadyTime now) const;

private:
    BreakerOptions options_;
    std::uint32_t in_a_row_ = 0;
    std::chrono::milliseconds pause_{0};
    SteadyTime open_until_{};
    bool open_ = false, trying_ = false;
    std::string why_;
};

[[nodiscard]] std::string_view to_string(CircuitBreaker::State state);  // "closed", "open", "half_open"

}  // namespace cedar::host::worker
