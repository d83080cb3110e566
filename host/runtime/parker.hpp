#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace cedar::host::runtime {

// Puts one thread to sleep until it is woken; a wake that comes first is not lost.
// Thread: park by the owner, unpark by any.
class Parker {
public:
    void park() {
        std::unique_lock lock(mutex_);
        while (!woken_) changed_.wait(lock);
        woken_ = false;
    }
    // False: it was not woken within `time`.
    [[nodiscard]] bool park_for(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, time, [this] { return woken_; })) return false;
        woken_ = false;
        return true;
    }
    // True: a wake has come, and is used up.
    [[nodiscard]] bool try_park() {
        const std::lock_guard lock(mutex_);
        return std::exchange(woken_, false);
    }
    void unpark() {
        // Notified under the lock: the owner may be gone as soon as it is released.
        const std::lock_guard lock(mutex_);
        woken_ = true;
        changed_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
};

}  // namespace cedar::host::runtime
