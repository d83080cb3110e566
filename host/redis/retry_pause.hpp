#pragma once
#include <chrono>

namespace cedar::host::redis {

// How long to wait before Redis is tried again. The pauses double. While it is away for a short time they stay so
// short that its return is noticed well within a second; an attempt costs some microseconds. Thread: one.
class RetryPause {
public:
    using Milliseconds = std::chrono::milliseconds;
    static constexpr std::chrono::seconds kShortAway{10};
    static constexpr Milliseconds kShortPause{600};  // the longest within it

    RetryPause(Milliseconds least, Milliseconds most) : least_(least), most_(most), next_(least) {}

    // `away`: since it was lost. `chance`: 0 to 1, from half of the pause to all of it, so that hosts which lost it
    // together do not come back together.
    [[nodiscard]] Milliseconds next(std::chrono::steady_clock::duration away, double chance);
    void reset() { next_ = least_; }

private:
    const Milliseconds least_, most_;
    Milliseconds next_;
};

}  // namespace cedar::host::redis
