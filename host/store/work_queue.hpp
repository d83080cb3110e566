#pragma once
#include "host/core/error.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace cedar::host::store {

// A thread that does one job after another, from a bounded queue. Thread: any.
class WorkQueue {
public:
    // `run` does the work; `refuse` answers instead when it cannot be done. Exactly one of them is called, once.
    struct Job {
        std::function<void()> run;
        std::function<void(Error)> refuse;
    };

    WorkQueue(std::size_t max, std::chrono::milliseconds close_timeout);
    ~WorkQueue();  // closes
    WorkQueue(const WorkQueue&) = delete;
    WorkQueue& operator=(const WorkQueue&) = delete;

    // Refused here and now, on the caller's thread: Error limit when full, unavailable when closed.
    void add(Job job);
    // Does what waits, for at most close_timeout; refuses the rest (unavailable); joins the thread. Idempotent. Not
    // from a job.
    void close();

private:
    void work();
    [[nodiscard]] bool past_close() const;

    const std::size_t max_;
    const std::chrono::milliseconds close_timeout_;
    std::mutex mutex_;
    std::condition_variable added_;
    std::deque<Job> jobs_;
    bool closed_ = false;
    std::chrono::steady_clock::time_point give_up_{};
    std::mutex join_mutex_;
    std::thread thread_;
};

}  // namespace cedar::host::store
