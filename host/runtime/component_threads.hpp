#pragma once
#include "host/core/now.hpp"
#include "host/runtime/work.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace cedar::host::runtime {

class IdleSource;

struct ComponentThreadsOptions {
    unsigned threads = 1;  // at least 1
    unsigned extra = 8;    // replacements for held threads
    std::size_t fibers_max = 16384;
    std::size_t fibers_idle_max = 1024;
    std::chrono::milliseconds hog_limit{20};  // 0: nobody is a hog
    IdleSource* source = nullptr;             // a thread at rest waits for it; outlives the threads
};

// The threads that run async components, a fiber for each piece of work. What has not started waits in one queue
// for all, so that a thread that is held by a component keeps nothing from starting; what has started stays on its
// thread. Of waiting work and threads at rest, few are brought together by a wake, since a wake costs more than
// most components: a thread looks for more before it rests, and one at most is on its way. Thread: any.
class ComponentThreads {
public:
    explicit ComponentThreads(ComponentThreadsOptions options);
    ~ComponentThreads();  // stop() without waiting
    ComponentThreads(const ComponentThreads&) = delete;
    ComponentThreads& operator=(const ComponentThreads&) = delete;

    // Runs it, or refuses it, on another thread; on this one only when stopped or without any thread.
    void submit(std::shared_ptr<Work> work);
    // True: it had not started and will not.
    bool withdraw(Work& work);

    // The watchdog's look at the threads; call it every half hog_limit while work is going on. A thread that has
    // been in one piece of work for hog_limit, computing or blocked, is held: the work is told (on_hog), and
    // another thread takes its place.
    void watch(SteadyTime now);

    struct Usage {
        std::size_t threads = 0, held = 0, resting = 0, waiting = 0, fibers = 0;
    };
    [[nodiscard]] Usage usage() const;

    // Refuses what waits and what comes. True: all threads have ended by `until`.
    bool stop(SteadyTime until);

    struct State;

private:
    std::shared_ptr<State> state_;  // shared with the threads, which may be held longer than this lives
};

}  // namespace cedar::host::runtime
