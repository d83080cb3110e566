#include "host/store/work_queue.hpp"

#include <pthread.h>

#include <string>
#include <utility>

namespace cedar::host::store {

namespace {

Error closed_error() {
    return {ErrorCode::unavailable, "the store is closed", {}};
}

}  // namespace

WorkQueue::WorkQueue(std::size_t max, std::chrono::milliseconds close_timeout)
    : max_(max), close_timeout_(close_timeout), thread_([this] {
          pthread_setname_np(pthread_self(), "cedar-store");
          work();
      }) {}

WorkQueue::~WorkQueue() {
    close();
}

void WorkQueue::add(Job job) {
    Error refusal;
    {
        const std::lock_guard lock(mutex_);
        if (!closed_ && jobs_.size() < max_) {
            jobs_.push_back(std::move(job));
            added_.notify_one();
            return;
        }
        refusal = closed_ ? closed_error()
                          : Error{ErrorCode::limit,
                                  "the store is busy: " + std::to_string(max_) + " calls wait (store.queue_max)",
                                  {}};
    }
    job.refuse(std::move(refusal));
}

void WorkQueue::close() {
    {
        const std::lock_guard lock(mutex_);
        if (!closed_) give_up_ = std::chrono::steady_clock::now() + close_timeout_;
        closed_ = true;
    }
    added_.notify_all();
    const std::lock_guard lock(join_mutex_);
    if (thread_.joinable()) thread_.join();
}

// Only read once closed_ was seen under the lock; never written after.
bool WorkQueue::past_close() const {
    return std::chrono::steady_clock::now() > give_up_;
}

void WorkQueue::work() {
    for (;;) {
        Job job;
        bool closing = false;
        {
            std::unique_lock lock(mutex_);
            added_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
            closing = closed_;
        }
        if (closing && past_close()) {
            job.refuse(closed_error());
        } else {
            job.run();
        }
    }
}

}  // namespace cedar::host::store
