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
        if (!waits_) first_ = now;
        waits_ = true;
        last_ = now;
    }
    // When take() comes true, if nothing else happens. Nothing: there is no change to act on.
    [[nodiscard]] std::optional<SteadyTime> due() const {
        if (!waits_) return std::nullopt;
        return std::min(last_ + quiet_, first_ + longest_);
    }
    // True once a burst: it is time to act.
    [[nodiscard]] bool take(SteadyTime now) {
        const auto moment = due();
        if (!moment || *moment > now) return false;
        waits_ = false;
        return true;
    }

private:
    std::chrono::milliseconds quiet_, longest_;
    bool waits_ = false;
    SteadyTime first_{}, last_{};  // of this burst's changes, if one waits
};

}  // namespace cedar::host::loader
