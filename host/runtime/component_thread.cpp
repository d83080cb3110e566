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
    : keep_(state.shared_from_this()),
      state_(state),
      fibers_(state.options_.fibers_idle_max / state.options_.threads, state.fibers_) {}

void ComponentThread::wait() {
    Fiber::current()->suspend();
}

// run_on() does it once the work has left its stack.
void ComponentThread::aside(Work& work, Aside job, void* argument) {
    work.aside_ = job;
    work.aside_argument_ = argument;
    wait();
}

void ComponentThread::pause(Work& work) {
    ready_.push(work.shared_from_this());
    wait();
}

// The work may still be on its way out of its fiber: only its own thread, which is running it, takes what was
// woken. Either this sees that the thread rests, or the thread sees what was woken before it rests.
void ComponentThread::wake(Work& work) {
    const auto keep = shared_from_this();  // the work may end, and the thread with it, before unpark
    work.next_woken_ = woken_.load(std::memory_order_relaxed);
    while (!woken_.compare_exchange_weak(work.next_woken_, &work)) {}
    if (!at_rest_) return;
    bool rests = false;
    {
        const std::lock_guard lock(state_.mutex_);
        rests = at_rest_.exchange(false);
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

// Work that was woken goes first: to end it frees its stack.
std::shared_ptr<Work> ComponentThread::take() {
    {
        std::shared_ptr<Work> finished;  // destroyed outside all locks, as is what it owns
        put_down(finished);
    }
    for (;;) {
        if (pick_up_own()) {
            if (searching_) hand_search_on();
            return current_;
        }
        if (pick_up_waiting()) return current_;
        {
            const std::lock_guard lock(state_.mutex_);
            if ((state_.stopped_ || retiring_) && suspended_.empty()) return nullptr;
        }
        rest();
    }
}

void ComponentThread::put_down(std::shared_ptr<Work>& finished) {
    bool was_held = false;
    {
        const std::lock_guard lock(step_mutex_);
        was_held = held_;
        if (current_) ++steps_;
        finished = std::move(current_);
        current_.reset();
    }
    if (was_held) state_.come_back(*this);
    if (!finished) return;
    if (!finished->fiber_) {
        state_.free_fiber();
    } else if (finished->queue_ == nullptr) {
        suspended_.push(std::move(finished));
    }
}

// In the order in which they were woken.
void ComponentThread::collect_woken() {
    Work* oldest = nullptr;
    for (Work* work = woken_.exchange(nullptr); work != nullptr;) {
        Work* const next = std::exchange(work->next_woken_, oldest);
        oldest = std::exchange(work, next);
    }
    while (oldest != nullptr) {
        Work* const next = std::exchange(oldest->next_woken_, nullptr);
        ready_.push(suspended_.remove(*oldest));
        oldest = next;
    }
}

void ComponentThread::hold(std::shared_ptr<Work> work) {
    const std::lock_guard lock(step_mutex_);
    current_ = std::move(work);
    ++steps_;
}

bool ComponentThread::pick_up_own() {
    if (ready_.empty()) collect_woken();
    if (ready_.empty()) return false;
    hold(ready_.pop());
    ready_.fetch_ahead();
    return true;
}

// It was woken for work that has not started, and has found other work.
void ComponentThread::hand_search_on() {
    std::shared_ptr<ComponentThread> another;
    {
        const std::lock_guard lock(state_.mutex_);
        searching_ = false;
        --state_.searching_;
        another = state_.thread_to_wake();
    }
    if (another) another->unpark();
}

bool ComponentThread::pick_up_waiting() {
    std::shared_ptr<Work> work;
    std::shared_ptr<ComponentThread> another;
    {
        const std::lock_guard lock(state_.mutex_);
        if (searching_.exchange(false)) --state_.searching_;
        if (!retiring_ && state_.has_room()) work = state_.waiting_.pop();
        if (work) {
            ++state_.started_;
            another = state_.thread_to_wake();
        }
    }
    const bool found = work != nullptr;
    if (found) hold(std::move(work));
    if (another) another->unpark();
    return found;
}

// It says that it rests, and looks once more: who wakes or submits from now on will see it.
void ComponentThread::rest() {
    {
        const std::lock_guard lock(state_.mutex_);
        const bool may_start = !retiring_ && state_.has_room();
        if ((may_start && !state_.waiting_.empty()) || ((state_.stopped_ || retiring_) && suspended_.empty()))
            return;
        at_rest_ = true;
        if (woken_.load() != nullptr) {
            at_rest_ = false;
            return;
        }
        state_.at_rest_.push_back(this);
    }
    sleep();
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
    const RunningHere here(work);
    const auto job = [](void* argument) { static_cast<Work*>(argument)->run(); };
    bool ended = begin ? work.fiber_->start(job, &work) : work.fiber_->resume();
    while (!ended && work.aside_ != nullptr) {
        const Aside left_for = std::exchange(work.aside_, nullptr);
        if (!left_for(work.aside_argument_)) return;
        ended = work.fiber_->resume();
    }
    if (!ended) return;
    fibers_.give(std::move(work.fiber_));
    work.finish();
}

}  // namespace cedar::host::runtime
