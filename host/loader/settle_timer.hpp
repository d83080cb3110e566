#pragma once
#include "host/core/now.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace cedar::host::loader {

// When to act on a burst of changes: once it has been quiet for `quiet`, at the latest `longest` after its first.
// Thread: one at a time.
class SettleTimer {
public:
    SettleTimer(std::chrono::milliseconds quiet, std::chrono::milliseconds longest)
        : quiet_(quiet), longest_(longest) {}

    void note(SteadyTime now) {
        if (!first_) first_ = now;
        last_ = now;
    }
    // When take() comes true, if nothing else happens. Nothing: there is no change to act on.
    [[nodiscard]] std::optional<SteadyTime> due() const {
        if (!first_) return std::nullopt;
        return std::min(last_ + quiet_, *first_ + longest_);
    }
    // True once a burst: it is time to act.
    [[nodiscard]] bool take(SteadyTime now) {
        if (!first_ || *due() > now) return false;
        first_.reset();
        return true;
    }

private:
    std::chrono::milliseconds quiet_, longest_;
    std::optional<SteadyTime> first_;
    SteadyTime last_{};
};

}  // namespace cedar::host::loader
