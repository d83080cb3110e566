#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace cedar::host::runtime {

// One reader's wish to be woken. Its own mutex, and no other, is held while it is called, so that ending the
// subscription waits for a call under way; recursive, because a call may end it.
class Waker {
public:
    explicit Waker(std::function<void()> wake) : wake_(std::move(wake)) {}

    // True once until rearmed.
    [[nodiscard]] bool claim() { return !woken_.exchange(true); }
    void rearm() { woken_.store(false); }

    void call() {
        const std::lock_guard lock(mutex_);
        if (!ended_) wake_();
    }
    void end() {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }

private:
    std::recursive_mutex mutex_;
    std::function<void()> wake_;
    std::atomic<bool> woken_{false};
    bool ended_ = false;
};
using Wakers = std::vector<std::shared_ptr<Waker>>;

}  // namespace cedar::host::runtime
