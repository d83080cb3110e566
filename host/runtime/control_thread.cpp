#include "host/runtime/control_thread.hpp"

#include "host/core/check.hpp"
#include "host/runtime/deadline_heap.hpp"

#include <sys/prctl.h>
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace cedar::host::runtime {
namespace {

// The kernel may fire timers this much late to save power; the default of 50 µs is half of a tight deadline's
// slack.
constexpr unsigned long kTimerSlackNs = 1000;
// A clock that is ticked by hand may name a moment that is far off on this machine's clock.
constexpr std::chrono::hours kLongestWait{1};

}  // namespace

struct ControlThread::Impl {
    explicit Impl(const Clock& clock) : clock_(clock) {}

    void run();
    [[nodiscard]] Task next_task();
    void wait(std::unique_lock<std::mutex>& lock);

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Task> posted_;
    DeadlineHeap deadlines_;
    std::optional<SteadyTime> asleep_until_;  // set while waiting; max() when for nothing in particular
    bool nudged_ = false;
    bool stopped_ = false;
    std::thread thread_;
    std::thread::id id_;
};

void ControlThread::Impl::run() {
    ::prctl(PR_SET_TIMERSLACK, kTimerSlackNs, 0, 0, 0);
    ::prctl(PR_SET_NAME, "cedar-control", 0, 0, 0);
    std::unique_lock lock(mutex_);
    for (;;) {
        if (Task task = next_task()) {
            lock.unlock();
            task();
            task = nullptr;  // what it owned is let go outside the lock
            lock.lock();
        } else if (stopped_) {
            return;
        } else {
            wait(lock);
        }
    }
}

ControlThread::Task ControlThread::Impl::next_task() {
    if (!stopped_ && deadlines_.size() > 0) {
        if (Task due = deadlines_.pop_due(clock_.steady())) return due;
    }
    if (posted_.empty()) return {};
    Task task = std::move(posted_.front());
    posted_.pop_front();
    return task;
}

void ControlThread::Impl::wait(std::unique_lock<std::mutex>& lock) {
    const auto next = deadlines_.next();
    asleep_until_ = next.value_or(SteadyTime::max());
    if (nudged_) {
        nudged_ = false;
    } else if (!next) {
        wake_.wait(lock);
    } else {
        const auto left = std::min<SteadyTime::duration>(*next - clock_.steady(), kLongestWait);
        if (left > SteadyTime::duration::zero()) wake_.wait_for(lock, left);
    }
    asleep_until_.reset();
}

ControlThread::ControlThread(const Clock& clock) : impl_(std::make_unique<Impl>(clock)) {
    const std::lock_guard lock(impl_->mutex_);
    impl_->thread_ = std::thread([this] { impl_->run(); });
    impl_->id_ = impl_->thread_.get_id();
}

ControlThread::~ControlThread() {
    stop();
}

bool ControlThread::post(Task task) {
    const std::lock_guard lock(impl_->mutex_);
    if (impl_->stopped_) return false;
    impl_->posted_.push_back(std::move(task));
    if (impl_->asleep_until_) impl_->wake_.notify_one();
    return true;
}

ControlThread::TimerId ControlThread::schedule(SteadyTime when, Task task) {
    const std::lock_guard lock(impl_->mutex_);
    if (impl_->stopped_) return 0;
    const TimerId id = impl_->deadlines_.push(when, std::move(task));
    if (impl_->asleep_until_ && when < *impl_->asleep_until_) impl_->wake_.notify_one();
    return id;
}

bool ControlThread::cancel(TimerId timer) {
    if (timer == 0) return false;
    Task dropped;
    {
        const std::lock_guard lock(impl_->mutex_);
        dropped = impl_->deadlines_.erase(timer);
    }
    return dropped != nullptr;
}

void ControlThread::nudge() {
    const std::lock_guard lock(impl_->mutex_);
    impl_->nudged_ = true;
    impl_->wake_.notify_one();
}

void ControlThread::stop() {
    CEDAR_CHECK(!is_current());
    {
        const std::lock_guard lock(impl_->mutex_);
        impl_->stopped_ = true;
        impl_->wake_.notify_one();
    }
    if (impl_->thread_.joinable()) impl_->thread_.join();
    impl_->deadlines_.clear();
}

bool ControlThread::is_current() const {
    return std::this_thread::get_id() == impl_->id_;
}

const Clock& ControlThread::clock() const {
    return impl_->clock_;
}

}  // namespace cedar::host::runtime
