#include "host/runtime/component_threads.hpp"

#include "host/core/brief_lock.hpp"
#include "host/core/check.hpp"
#include "host/runtime/component_thread.hpp"
#include "host/runtime/fault_handler.hpp"

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

namespace cedar::host::runtime {

using State = ComponentThreads::State;

bool State::add_thread() {
    std::shared_ptr<ComponentThread> thread;
    {
        const std::lock_guard lock(mutex_);
        thread = enlist();
    }
    return run(thread);
}

// From the moment that it was found lacking it counts: a held thread that comes back meanwhile is then one too
// many.
std::shared_ptr<ComponentThread> State::enlist() {
    return threads_.emplace_back(std::make_shared<ComponentThread>(*this));
}

// False when the system gives no more threads.
bool State::run(const std::shared_ptr<ComponentThread>& thread) {
    try {
        std::thread([state = shared_from_this(), thread] {
            thread->loop();
            state->remove_thread(*thread);
        }).detach();  // a held thread cannot be joined; stop() waits for the others by count
        return true;
    } catch (const std::system_error&) {
        remove_thread(*thread);
        return false;
    }
}

void State::remove_thread(ComponentThread& thread) {
    const auto keep = thread.shared_from_this();
    const std::lock_guard lock(mutex_);
    std::erase(threads_, keep);
    thread_ended_.notify_all();
}

// One that retires may be held as well, by what it still serves: it counts as neither.
std::size_t State::active() const {
    const auto serves = [](const auto& thread) { return !thread->held_ && !thread->retiring_; };
    return static_cast<std::size_t>(std::ranges::count_if(threads_, serves));
}

std::shared_ptr<ComponentThread> State::thread_to_wake() {
    if (waiting_.empty() || searching_ > 0 || at_rest_.empty() || !has_room()) return nullptr;
    const auto found = std::ranges::find_if(at_rest_, [](const auto* thread) { return !thread->retiring_; });
    if (found == at_rest_.end()) return nullptr;
    ComponentThread& thread = **found;
    at_rest_.erase(found);
    thread.at_rest_ = false;
    thread.searching_ = true;
    ++searching_;
    return thread.shared_from_this();
}

// Whoever went to rest for want of room is told: the thread that makes the room may take nothing new, or have
// enough to do.
void State::free_fiber() {
    if (started_.fetch_sub(1) != options_.fibers_max) return;
    std::shared_ptr<ComponentThread> to_wake;
    {
        const std::lock_guard lock(mutex_);
        to_wake = thread_to_wake();
    }
    if (to_wake) to_wake->unpark();
}

void State::wake_all() {
    for (auto* thread : std::exchange(at_rest_, {})) {
        thread->at_rest_ = false;
        thread->unpark();
    }
}

// What it had taken and not started waits again, before all else.
void State::return_batch(ComponentThread& thread) {
    started_ -= thread.batch_.size();
    for (; !thread.batch_.empty(); thread.batch_.pop_back()) waiting_.push_front(std::move(thread.batch_.back()));
}

void State::return_batches() {
    for (const auto& thread : threads_) {
        const std::lock_guard step(thread->step_mutex_);
        return_batch(*thread);
    }
}

// Its place may have been taken; then it serves what it has started, and ends.
void State::come_back(ComponentThread& thread) {
    const std::lock_guard lock(mutex_);
    {
        const std::lock_guard step(thread.step_mutex_);
        thread.held_ = false;
    }
    --held_;
    if (active() > options_.threads) thread.retiring_ = true;
}

// Threads that have stood in the same step since they were seen first. Notes those that have moved.
std::vector<State::Suspect> State::suspects(SteadyTime now) {
    std::vector<Suspect> found;
    const std::lock_guard lock(mutex_);
    for (const auto& thread : threads_) {
        const std::lock_guard step(thread->step_mutex_);
        if (thread->current_ == nullptr || thread->held_ || !thread->probe_set_) continue;
        if (thread->seen_steps_ != thread->steps_) {
            thread->seen_steps_ = thread->steps_;
            thread->seen_at_ = now;
            thread->seen_cpu_ = thread->probe_.cpu_time();
            thread->seen_blocked_ = 0;
        } else if (now - thread->seen_at_ >= options_.hog_limit) {
            const auto cpu = thread->probe_.cpu_time() - thread->seen_cpu_;
            found.push_back({thread, thread->current_->shared_from_this(), thread->steps_, now - thread->seen_at_,
                             cpu, thread->probe_});
        }
    }
    return found;
}

// It has had its time on a core, or does not want one in two looks; otherwise the machine is busy, or a lock of the
// host's own was, and nobody is to blame.
bool State::guilty(const Suspect& suspect) {
    if (suspect.cpu >= options_.hog_limit) return true;
    const bool blocked = suspect.probe.blocked();
    const std::lock_guard lock(mutex_);
    return blocked && ++suspect.thread->seen_blocked_ >= 2;
}

bool State::mark_held(const Suspect& suspect) {
    const std::lock_guard step(suspect.thread->step_mutex_);
    if (suspect.thread->steps_ != suspect.steps) return false;
    suspect.thread->held_ = true;
    ++held_;
    return_batch(*suspect.thread);
    return true;
}

void State::replace(const Suspect& suspect) {
    std::shared_ptr<ComponentThread> to_wake, added;
    bool lacks = false;
    std::size_t held = 0;
    {
        const std::lock_guard lock(mutex_);
        if (!mark_held(suspect)) return;
        held = held_;
        lacks = !stopped_ && active() < options_.threads;
        if (lacks && threads_.size() < std::size_t{options_.threads} + options_.extra) added = enlist();
        to_wake = thread_to_wake();
    }
    suspect.work->on_hog(std::chrono::duration_cast<std::chrono::milliseconds>(suspect.held));
    if (to_wake) to_wake->unpark();
    if (lacks && !(added && run(added))) suspect.work->on_no_replacement(held);
}

ComponentThreads::ComponentThreads(ComponentThreadsOptions options) : state_(std::make_shared<State>(options)) {
    CEDAR_CHECK(options.threads > 0);
    // With several, the one that has the source could be busy while another sleeps.
    CEDAR_CHECK(options.source == nullptr || options.threads == 1);
    install_fault_handler();
    for (unsigned i = 0; i < options.threads; ++i) state_->add_thread();
}

ComponentThreads::~ComponentThreads() {
    stop(SteadyTime::min());
}

void ComponentThreads::submit(std::shared_ptr<Work> work) {
    std::shared_ptr<ComponentThread> to_wake;
    std::string_view refusal;
    bool first = false;
    {
        const auto lock = brief_lock(state_->mutex_);
        if (state_->stopped_) {
            refusal = "the host is stopping";
        } else {
            first = state_->threads_.empty();
            if (!first) {
                state_->waiting_.push(std::move(work));
                to_wake = state_->thread_to_wake();
            }
        }
    }
    if (!refusal.empty()) return work->refuse(refusal);
    if (to_wake) to_wake->unpark();
    if (!first) return;
    if (!state_->add_thread()) return work->refuse("the system gives no thread");
    submit(std::move(work));
}

bool ComponentThreads::withdraw(Work& work) {
    std::shared_ptr<Work> found;  // let go outside the locks
    {
        const std::lock_guard lock(state_->mutex_);
        found = state_->waiting_.remove(work);
        if (found) return true;
        state_->each_batch([&](auto& batch) {
            const auto at = std::ranges::find(batch, &work, &std::shared_ptr<Work>::get);
            if (at == batch.end()) return;
            found = std::move(*at);
            batch.erase(at);
        });
    }
    if (found) state_->free_fiber();
    return found != nullptr;
}

void ComponentThreads::watch(SteadyTime now) {
    if (state_->options_.hog_limit <= std::chrono::milliseconds::zero()) return;
    for (const auto& suspect : state_->suspects(now)) {
        if (state_->guilty(suspect)) state_->replace(suspect);
    }
}

ComponentThreads::Usage ComponentThreads::usage() const {
    const std::lock_guard lock(state_->mutex_);
    std::size_t waiting = state_->waiting_.size();
    state_->each_batch([&waiting](const auto& batch) { waiting += batch.size(); });
    return {state_->threads_.size(), state_->held_, state_->at_rest_.size(), waiting, state_->fibers_.alive()};
}

bool ComponentThreads::stop(SteadyTime until) {
    std::vector<std::shared_ptr<Work>> refused;
    {
        const std::lock_guard lock(state_->mutex_);
        state_->stopped_ = true;
        state_->return_batches();
        while (auto work = state_->waiting_.pop()) refused.push_back(std::move(work));
        state_->wake_all();
    }
    for (const auto& work : refused) work->refuse("the host is stopping");
    std::unique_lock lock(state_->mutex_);
    return state_->thread_ended_.wait_until(lock, until, [this] { return state_->threads_.empty(); });
}

}  // namespace cedar::host::runtime
