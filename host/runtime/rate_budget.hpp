#pragma once
#include "host/core/now.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace cedar::host::runtime {

// So many at once, so many a second after that (a token bucket). Not thread-safe.
class RateBudget {
public:
    RateBudget(std::uint32_t at_once, std::uint32_t per_second)
        : at_once_(at_once), per_second_(per_second), left_(at_once) {}

    [[nodiscard]] bool spend(SteadyTime now) {
        if (last_ != SteadyTime{} && now > last_) {
            const std::chrono::duration<double> since = now - last_;
            left_ = std::min(at_once_, left_ + since.count() * per_second_);
        }
        last_ = now;
        if (left_ < 1) return false;
        left_ -= 1;
        return true;
    }

private:
    double at_once_, per_second_, left_;
    SteadyTime last_{};
};

}  // namespace cedar::host::runtime
