#pragma once
#include "host/core/now.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace cedar::host::services::llm {

struct BreakerOptions {
    unsigned failures_to_open = 8;              // in a row; 0: never opens
    std::chrono::milliseconds open_for{10000};  // then one probe is let through
};

// Keeps calls from a peer that is down: closed (all pass), open (none), half-open (one probe; its outcome decides).
// Not thread-safe. Source: Nygard, Release It!, "Circuit Breaker".
class CircuitBreaker {
public:
    enum class State { closed, open, half_open };

    explicit CircuitBreaker(BreakerOptions options = {}) : options_(options) {}

    // True: go, and tell the outcome with on_success, on_failure or on_abandoned.
    [[nodiscard]] bool allow(SteadyTime now) {
        if (state_ == State::closed) return true;
        if (state_ == State::open && now - opened_at_ >= options_.open_for) {
            state_ = State::half_open;
            return true;
        }
        return false;
    }
    void on_success() {
        state_ = State::closed;
        failures_ = 0;
    }
    void on_failure(SteadyTime now) {
        ++failures_;
        const bool too_many = options_.failures_to_open > 0 && failures_ >= options_.failures_to_open;
        if (state_ == State::half_open || (state_ == State::closed && too_many)) {
            state_ = State::open;
            opened_at_ = now;
        }
    }
    // The call ended without saying anything of the peer (cancelled): another probe may be made at once.
    void on_abandoned() {
        if (state_ == State::half_open) state_ = State::open;
    }

    [[nodiscard]] State state() const { return state_; }
    // When a probe may be made; meaningful while open.
    [[nodiscard]] SteadyTime retry_at() const { return opened_at_ + options_.open_for; }

private:
    BreakerOptions options_;
    State state_ = State::closed;
    unsigned failures_ = 0;
    SteadyTime opened_at_{};
};

inline std::string_view to_string(CircuitBreaker::State state) {
    switch (state) {
        case CircuitBreaker::State::closed: return "closed";
        case CircuitBreaker::State::open: return "open";
        case CircuitBreaker::State::half_open: return "half_open";
    }
    return "closed";
}

}  // namespace cedar::host::services::llm
