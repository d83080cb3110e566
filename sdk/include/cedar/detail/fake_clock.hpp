#pragma once
#include <cedar/detail/clock.hpp>

namespace cedar::detail {

// A clock that stands still until it is moved. One for all fake hosts of a program; starts at the real time, so
// that a library with a clock of its own sees deadlines that lie ahead.
class FakeClock {
public:
    static void install() {
        if (hosts_.fetch_add(1) > 0) return;
        now_ = steady_now().time_since_epoch().count();
        clock = now;
    }
    static void remove() {
        if (hosts_.fetch_sub(1) == 1) clock = steady_now;
    }
    static void advance(std::chrono::nanoseconds time) { now_ += time.count(); }
    static Time now() noexcept { return Time(std::chrono::nanoseconds(now_.load())); }

private:
    static inline std::atomic<int> hosts_{0};
    static inline std::atomic<std::chrono::nanoseconds::rep> now_{0};
};

}  // namespace cedar::detail
