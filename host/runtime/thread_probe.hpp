#pragma once
#include <sys/types.h>
#include <chrono>
#include <ctime>

namespace cedar::host::runtime {

// What another thread of this process is doing, as the kernel sees it. The watchdog asks before it blames a
// component: on a busy machine a thread may stand still because it is not given a core.
class ThreadProbe {
public:
    // Of the calling thread; must not be used after that thread has ended.
    [[nodiscard]] static ThreadProbe of_this_thread();

    [[nodiscard]] std::chrono::nanoseconds cpu_time() const;
    // Waits in the kernel: for a lock, a device, a sleep. False also when it cannot be told.
    [[nodiscard]] bool blocked() const;

private:
    ::pid_t id_ = 0;
    ::clockid_t cpu_clock_{};
};

}  // namespace cedar::host::runtime
