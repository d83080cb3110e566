#include "host/runtime/component_thread.hpp"

#include "host/core/brief_lock.hpp"
#include "host/core/check.hpp"
#include "host/core/fetch.hpp"
#include "host/runtime/fault_handler.hpp"

#include <sys/prctl.h>
#include <algorithm>
#include <utility>

namespace cedar::host::runtime {

namespace {

// So many are taken, and fetched into the caches, at once.
constexpr std::size_t kBatch = 16;
constexpr std::size_t kWorthIt = 32;   // a smaller share: all start in the order in which they came
constexpr std::size_t kFetched = 832;  // bytes of work: an invocation

}  // namespace

ComponentThread::ComponentThread(ComponentThreads::State& state)
    : keep_(state.shared_from_this()), state_(state), fibers_(state.fibers_) {}

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
    ready_.push_back(&work);
    wait();
}

// The work may still be on its way out of its fiber: only its own thread, which is running it, takes what was
// woken. Either this sees that the thread rests, or the thread sees what was woken before it rests.
void ComponentThread::wake(Work& work) {
    const auto keep = shared_from_this();  // the work may end, and the thread with it, before unpark
    {
        const auto lock = brief_lock(woken_mutex_);
        woken_.push_back(&work);
    }
    if (!at_rest_) return;
    bool rests = false;
    {
        const auto lock = brief_lock(state_.mutex_);
        rests = at_rest_.exchange(false);
        if (rests) std::erase(state_.at_rest_, this);
    }
    if (rests) unpark();
}

void ComponentThread::loop() {
    ::prctl(PR_SET_NAME, "cedar-component", 0, 0, 0);
    const AlternateSignalStack signal_stack;
    {
        const auto lock = brief_lock(state_.mutex_);
        probe_ = ThreadProbe::of_this_thread();
        probe_set_ = true;
    }
    while (Work* const work = take()) {
        if (work->fiber_) {
            run_on(*work, false);
        } else {
            start(*work);
        }
    }
    const auto lock = brief_lock(state_.mutex_);
    probe_set_ = false;
}

// Work that was woken goes first: to end it frees its stack. What was put down is destroyed outside all locks, as
// is what it owns, and after the watchdog can see it no more.
Work* ComponentThread::take() {
    std::shared_ptr<Work> ended = put_down();
    if (held_) change_to(nullptr);
    for (;;) {
        std::shared_ptr<Work> next = pick_up_own();
        if (next && searching_) hand_search_on();
        if (!next) next = pick_up_waiting();
        const bool found = next != nullptr;
        change_to(std::move(next));
        if (found) return running_.get();
        ended.reset();
        {
            const auto lock = brief_lock(state_.mutex_);
            if ((state_.stopped_ || retiring_) && suspended_ == 0) return nullptr;
        }
        rest();
    }
}

// Its work, if that has ended.
std::shared_ptr<Work> ComponentThread::put_down() {
    std::shared_ptr<Work> work = std::move(running_);
    if (!work) return nullptr;
    if (!work->fiber_) {
        state_.free_fiber();
        return work;
    }
    ++suspended_;
    Work& left = *work;
    left.self_ = std::move(work);
    return nullptr;
}

// In the order in which they were woken.
void ComponentThread::collect_woken() {
    {
        const auto lock = brief_lock(woken_mutex_);
        collected_.swap(woken_);
    }
    ready_.insert(ready_.end(), collected_.begin(), collected_.end());
    collected_.clear();
}

void ComponentThread::change_to(std::shared_ptr<Work> work) {
    running_ = std::move(work);
    bool was_held = false;
    {
        const auto lock = brief_lock(step_mutex_);
        was_held = held_;
        if (current_ != nullptr || running_) ++steps_;
        current_ = running_.get();
    }
    if (was_held) state_.come_back(*this);
}

std::shared_ptr<Work> ComponentThread::pick_up_own() {
    if (ready_.empty()) collect_woken();
    if (ready_.empty()) return nullptr;
    if (fetched_ == 0) fetch_ready();
    --fetched_;
    --suspended_;
    auto work = std::move(ready_.front()->self_);
    ready_.pop_front();
    return work;
}

// Each pass finds what the one before has fetched.
void ComponentThread::fetch_ready() {
    fetched_ = std::min(ready_.size(), kBatch);
    for (std::size_t i = 0; i < fetched_; ++i) fetch(ready_[i], kFetched);
    for (std::size_t i = 0; i < fetched_; ++i) {
        fetch(ready_[i]->fiber_.get(), sizeof(Fiber));
        ready_[i]->fetch_parts();
    }
    for (std::size_t i = 0; i < fetched_; ++i) ready_[i]->fiber_->fetch_stack();
}

// It was woken for work that has not started, and has found other work.
void ComponentThread::hand_search_on() {
    std::shared_ptr<ComponentThread> another;
    {
        const auto lock = brief_lock(state_.mutex_);
        searching_ = false;
        --state_.searching_;
        another = state_.thread_to_wake();
    }
    if (another) another->unpark();
}

std::shared_ptr<Work> ComponentThread::pick_up_batched() {
    const auto lock = brief_lock(step_mutex_);
    if (batch_.empty()) return nullptr;
    auto work = std::move(batch_.front());
    batch_.pop_front();
    return work;
}

// Of many that wait it takes several, at most its share of a quarter.
std::shared_ptr<Work> ComponentThread::pick_up_waiting() {
    if (auto work = pick_up_batched()) return work;
    std::shared_ptr<Work> work;
    std::shared_ptr<ComponentThread> another;
    bool more = false;
    {
        const auto lock = brief_lock(state_.mutex_);
        if (searching_.exchange(false)) --state_.searching_;
        if (!retiring_ && state_.has_room()) work = state_.waiting_.pop();
        if (work) {
            ++state_.started_;
            std::size_t share = state_.waiting_.size() / (4 * state_.threads_.size());
            if (share < kWorthIt) share = 0;
            const std::lock_guard step(step_mutex_);
            while (batch_.size() < std::min(share, kBatch) && state_.has_room()) {
                batch_.push_back(state_.waiting_.pop());
                ++state_.started_;
            }
            more = !batch_.empty();
            another = state_.thread_to_wake();
        } else if (!retiring_) {
            work = steal();
        }
    }
    if (another) another->unpark();
    if (more) fetch_batch();
    return work;
}

std::shared_ptr<Work> ComponentThread::steal() {
    std::shared_ptr<Work> work;
    state_.each_batch([&work](auto& batch) {
        if (work || batch.empty()) return;
        work = std::move(batch.back());
        batch.pop_back();
    });
    return work;
}

void ComponentThread::fetch_batch() {
    fibers_.fetch_ahead(kBatch);
    const auto lock = brief_lock(step_mutex_);
    for (const auto& work : batch_) fetch(work.get(), kFetched);
    for (const auto& work : batch_) work->fetch_parts();
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
