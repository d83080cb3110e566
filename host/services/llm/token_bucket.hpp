#pragma once
#include "host/core/now.hpp"

#include <algorithm>
#include <chrono>

namespace cedar::host::services::llm {

// So many units a minute, up to a minute's worth at once. A rate of 0 means no limit.
// Not thread-safe. Source: token bucket, RFC 2697's terms with one rate.
class TokenBucket {
public:
    TokenBucket(double per_minute, SteadyTime now)
        : rate_(per_minute / 60.0), level_(per_minute), cap_(per_minute), at_(now) {}

    // How long until `units` could be taken; zero: now. What is above the capacity is treated as the capacity.
    [[nodiscard]] std::chrono::milliseconds wait_for(double units, SteadyTime now) {
        if (cap_ <= 0) return std::chrono::milliseconds(0);
        refill(now);
        const double missing = std::min(units, cap_) - level_;
        if (missing <= 0) return std::chrono::milliseconds(0);
        return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(missing / rate_));
    }

    // Takes them, into debt if need be; give back with a negative number.
    void take(double units, SteadyTime now) {
        if (cap_ <= 0) return;
        refill(now);
        level_ = std::min(cap_, level_ - units);
    }

private:
    void refill(SteadyTime now) {
        if (now <= at_) return;
        level_ = std::min(cap_, level_ + rate_ * std::chrono::duration<double>(now - at_).count());
        at_ = now;
    }

    double rate_, level_, cap_;
    SteadyTime at_;
};

}  // namespace cedar::host::services::llm
