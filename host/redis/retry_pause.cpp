#include "host/redis/retry_pause.hpp"

#include <algorithm>

namespace cedar::host::redis {

RetryPause::Milliseconds RetryPause::next(std::chrono::steady_clock::duration away, double chance) {
    const auto limit = away < kShortAway ? std::min(most_, kShortPause) : most_;
    const auto pause = std::min(next_, limit);
    next_ = std::min(pause * 2, most_);
    const auto half = static_cast<double>(pause.count()) / 2;
    return Milliseconds(static_cast<Milliseconds::rep>(half + half * chance));
}

}  // namespace cedar::host::redis
