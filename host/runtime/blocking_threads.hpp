#pragma once
#include "host/core/now.hpp"
#include "host/runtime/work.hpp"

#include <chrono>
#include <cstddef>
#include <memory>

namespace cedar::host::runtime {

struct BlockingThreadsOptions {
    unsigned threads_max = 64;
    unsigned extra = 64;                         // replacements for threads held beyond their work's deadline
    std::chrono::milliseconds idle{10000};       // a thread without work ends after that
    const char* thread_name = "cedar-blocking";  // at most 15 characters
};

// An elastic pool of threads, one for each piece of work that blocks: made on demand, ended when idle. A thread
// whose work is overdue counts as held: it no longer takes one of the places, up to `extra` of them; when it comes
// back it takes part again, or ends. Thread: any.
class BlockingThreads {
public:
    explicit BlockingThreads(BlockingThreadsOptions options);
    ~BlockingThreads();  // stop() without waiting
    BlockingThreads(const BlockingThreads&) = delete;
    BlockingThreads& operator=(const BlockingThreads&) = delete;

    // Runs it, or refuses it, on another thread; on this one only when stopped or without any thread.
    void submit(std::shared_ptr<Work> work);
    // True: it had not started and will not.
    bool withdraw(Work& work);

    // Looks for threads held beyond their work's overdue_at().
    void watch(SteadyTime now);

    struct Usage {
        std::size_t threads = 0, idle = 0, held = 0, waiting = 0;
    };
    [[nodiscard]] Usage usage() const;

    // Refuses what waits and what comes. True: all threads have ended by `until`.
    bool stop(SteadyTime until);

    struct State;

private:
    std::shared_ptr<State> state_;  // shared with the threads, which may be held longer than this lives
};

}  // namespace cedar::host::runtime
