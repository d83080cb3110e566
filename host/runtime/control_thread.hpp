#pragma once
#include "host/core/now.hpp"
#include "host/ports/clock.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace cedar::host::runtime {

// The one thread that drives runs and fires deadlines. It never runs component code, never touches sockets or
// files, so that no component and no peer can make a deadline late. Ends (joined) when destroyed or stopped.
// Thread: any, unless said otherwise.
class ControlThread {
public:
    using Task = std::function<void()>;
    using TimerId = std::uint64_t;  // 0 names no timer; never used again

    // `clock` must outlive it. With a hand-ticked clock, call nudge() after each tick.
    explicit ControlThread(const Clock& clock);
    ~ControlThread();
    ControlThread(const ControlThread&) = delete;
    ControlThread& operator=(const ControlThread&) = delete;

    // Runs `task` on the control thread, in the order of posting; timers that are due come in between. It must not
    // block and must not throw. False, and the task is dropped, once stop() has been called.
    bool post(Task task);

    // Runs `task` on the control thread at `when` or as soon after as can be. 0 once stopped.
    TimerId schedule(SteadyTime when, Task task);
    // True: the task will not run. False: it has run, is running, or never was.
    bool cancel(TimerId timer);

    // Looks at the clock again.
    void nudge();

    // What was posted before is still run, timers are dropped. Not from the control thread itself.
    void stop();

    [[nodiscard]] bool is_current() const;
    [[nodiscard]] const Clock& clock() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host::runtime
