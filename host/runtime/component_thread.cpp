#include "host/runtime/component_thread.hpp"

#include "host/core/check.hpp"
#include "host/runtime/fault_handler.hpp"
#include "host/runtime/idle_source.hpp"

#include <sys/prctl.h>
#include <utility>

namespace cedar::host::runtime {

namespace {

// A thread at rest for so long gives back the stacks of its last burst.
constexpr std::chrono::milliseconds kBurst{1000};

}  // namespace

ComponentThread::ComponentThread(ComponentThreads::State& state)
    : state_(state), fibers_(state.options_.fibers_idle_max / state.options_.threads, state.fibers_) {}

void ComponentThread::wait() {
    Fiber::current()->suspend();
}

void ComponentThread::pause(Work& work) {
    {
        const std::lock_guard lock(state_.mutex_);
        ready_.push(work.shared_from_this());
    }
    wait();
}

// The work may still be on its way out of its fiber: only its own thread, which is running it, takes from `ready_`.
void ComponentThread::wake(Work& work) {
    const auto keep = shared_from_this();  // the work may end, and the thread with it, before unpark
    bool rests = false;
    {
        const std::lock_guard lock(state_.mutex_);
        auto reference = suspended_.remove(work);
        ready_.push(reference ? std::move(reference) : work.shared_from_this());
        rests = std::exchange(at_rest_, false);
        if (rests) std::erase(state_.at_rest_, this);
    }
    if (rests) unpark();
}

void ComponentThread::loop() {
    ::prctl(PR_SET_NAME, "cedar-component", 0, 0, 0);
    const AlternateSignalStack signal_stack;
    {
        const std::lock_guard lock(state_.mutex_);
        probe_ = ThreadProbe::of_this_thread();
        probe_set_ = true;
    }
    while (const auto work = take()) {
        if (work->fiber_) {
            run_on(*work, false);
        } else {
            start(*work);
        }
    }
    const std::lock_guard lock(state_.mutex_);
    probe_set_ = false;
}

std::shared_ptr<Work> ComponentThread::take() {
    std::shared_ptr<Work> finished;  // destroyed outside the lock, as is what it owns
    std::shared_ptr<ComponentThread> another;
    std::unique_lock lock(state_.mutex_);
    put_down(finished);
    for (;;) {
        if (std::exchange(searching_, false)) --state_.searching_;
        pick_up();
        another = state_.thread_to_wake();
        if (current_ || over()) break;
        rest(lock, finished, another);
    }
    const auto taken = current_;
    lock.unlock();
    if (another) another->unpark();
    return taken;
}

// Work that was woken goes first: to end it frees its stack.
void ComponentThread::pick_up() {
    current_ = ready_.pop();
    if (!current_ && !retiring_ && state_.started_ < state_.options_.fibers_max) {
        current_ = state_.waiting_.pop();
        if (current_) ++state_.started_;
    }
    if (current_) ++steps_;
}

bool ComponentThread::over() const {
    return (state_.stopped_ || retiring_) && suspended_.empty();
}

void ComponentThread::put_down(std::shared_ptr<Work>& finished) {
    if (held_) state_.come_back(*this);
    if (!current_) return;
    ++steps_;
    if (!current_->fiber_) {
        --state_.started_;
        finished = std::move(current_);
    } else if (current_->queue_ == nullptr) {
        suspended_.push(std::move(current_));
    }
    current_.reset();
}

// With `another` on its way to the waiting work, this thread looks once more when that one has found it.
void ComponentThread::rest(std::unique_lock<std::mutex>& lock, std::shared_ptr<Work>& finished,
                           std::shared_ptr<ComponentThread>& another) {
    at_rest_ = true;
    state_.at_rest_.push_back(this);
    lock.unlock();
    if (another) another->unpark();
    another.reset();
    finished.reset();
    sleep();
    lock.lock();
}

void ComponentThread::sleep() {
    if (wait_for_source()) return;
    if (parker_.park_for(kBurst)) return;
    fibers_.trim();
    parker_.park();
}

// True: it had the source until it was woken, by what the source brought or by another thread.
bool ComponentThread::wait_for_source() {
    IdleSource* source = state_.options_.source;
    if (source == nullptr || state_.source_taken_.exchange(true)) return false;
    polls_ = std::this_thread::get_id();
    while (!parker_.try_park()) {
        if (!source->wait(kBurst)) fibers_.trim();
    }
    polls_ = std::thread::id();
    state_.source_taken_ = false;
    return true;
}

void ComponentThread::unpark() {
    IdleSource* source = state_.options_.source;
    parker_.unpark();
    if (source == nullptr) return;
    const auto waits = polls_.load();
    if (waits != std::thread::id() && waits != std::this_thread::get_id()) source->interrupt();
}

void ComponentThread::start(Work& work) {
    if (work.diverted()) return;
    work.fiber_ = fibers_.take(work.stack_bytes());
    if (!work.fiber_) return work.refuse("no memory for a stack");
    work.waiting_ = this;
    run_on(work, true);
}

void ComponentThread::run_on(Work& work, bool begin) {
    bool ended = false;
    {
        const RunningHere here(work);
        const auto job = [](void* argument) { static_cast<Work*>(argument)->run(); };
        ended = begin ? work.fiber_->start(job, &work) : work.fiber_->resume();
    }
    if (ended) fibers_.give(std::move(work.fiber_));
}

}  // namespace cedar::host::runtime
