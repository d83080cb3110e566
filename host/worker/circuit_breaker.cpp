#include "host/worker/circuit_breaker.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::worker {

CircuitBreaker::State CircuitBreaker::state(SteadyTime now) const {
    if (!open_) return State::closed;
    return now < open_until_ ? State::open : State::half_open;
}

bool CircuitBreaker::admit(SteadyTime now) {
    switch (state(now)) {
        case State::closed: return true;
        case State::open: return false;
        case State::half_open: break;
    }
    return !std::exchange(trying_, true);
}

void CircuitBreaker::success() {
    in_a_row_ = 0;
    pause_ = {};
    open_ = trying_ = false;
}

void CircuitBreaker::failure(SteadyTime now, std::string why) {
    why_ = std::move(why);
    ++in_a_row_;
    trying_ = false;
    if (options_.failures == 0 || in_a_row_ < options_.failures) return;
    pause_ = pause_.count() == 0 ? options_.pause : std::min(pause_ * 2, options_.pause_max);
    open_ = true;
    open_until_ = now + pause_;
}

std::string CircuitBreaker::refusal(SteadyTime now) const {
    const auto left = std::max(open_until_ - now, SteadyTime::duration::zero());
    return "it failed " + std::to_string(in_a_row_) + " times in a row, the last time: " + why_ +
           "; it is tried again in " + std::to_string(std::chrono::ceil<std::chrono::milliseconds>(left).count()) +
           " ms";
}

std::string_view to_string(CircuitBreaker::State state) {
    switch (state) {
        case CircuitBreaker::State::closed: return "closed";
        case CircuitBreaker::State::open: return "open";
        case CircuitBreaker::State::half_open: return "half_open";
    }
    return "closed";
}

}  // namespace cedar::host::worker
