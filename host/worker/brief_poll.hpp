#pragma once
#include <sched.h>

#include <chrono>
#include <thread>

namespace cedar::host::worker {

// Looks again and again for a moment before it sleeps, when what came last came soon: to wake a processor that
// sleeps takes longer than most components, and in a quick exchange both sides would wait for that. Never with one
// processor, gives way to whoever else wants this one, and costs nothing where nothing has come for a while.
// Thread: one.
template <class Clock>
class BasicBriefPoll {
public:
    static constexpr std::chrono::microseconds kLookFor{50};
    static constexpr std::chrono::microseconds kSoon{200};  // after the wait began, sleep and wake included

    explicit BasicBriefPoll(bool worth_it = std::thread::hardware_concurrency() > 1) : worth_it_(worth_it) {}

    // `look` returns at once, `sleep` when something has come or its own limit is over; both 0 for nothing.
    template <class Look, class Sleep>
    int wait(const Look& look, const Sleep& sleep) {
        const auto begun = Clock::now();
        int got = 0;
        if (soon_) {
            while ((got = look()) == 0 && Clock::now() - begun < kLookFor) ::sched_yield();
        }
        if (got == 0) got = sleep();
        soon_ = worth_it_ && got != 0 && Clock::now() - begun <= kSoon;
        return got;
    }

private:
    const bool worth_it_;
    bool soon_ = false;
};

using BriefPoll = BasicBriefPoll<std::chrono::steady_clock>;

}  // namespace cedar::host::worker
