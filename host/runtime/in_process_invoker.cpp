#include "host/runtime/in_process_invoker.hpp"

#include "host/core/check.hpp"
#include "host/runtime/block_pool.hpp"
#include "host/runtime/invocation.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace cedar::host::runtime {

InProcessInvoker::InProcessInvoker(std::shared_ptr<InProcessRuntime> runtime, const cedar_entry& entry,
                                   Manifest manifest, void* instance, std::shared_ptr<const void> lease,
                                   std::shared_ptr<const os::Culprit> culprit)
    : runtime_(std::move(runtime)),
      entry_(entry),
      instance_(instance),
      blocking_(manifest.execution == Execution::blocking),
      manifest_(std::move(manifest)),
      lease_(std::move(lease)),
      culprit_(std::move(culprit)),
      breaker_(runtime_->options.breaker) {}

InProcessInvoker::~InProcessInvoker() {
    runtime_->chore(
        manifest_.id, culprit_,
        [destroy = entry_.destroy, instance = instance_, lease = std::move(lease_)] { destroy(instance); });
}

void InProcessInvoker::start(std::span<const StartInvocation> batch, std::shared_ptr<const InvocationScope> scope,
                             std::shared_ptr<InvocationObserver> observer) {
    for (const auto& item : batch) {
        auto invocation = make_pooled<Invocation>(shared_from_this(), item, scope, observer);
        invocation->register_token();
        if (troubled_ && keep_out(*invocation)) continue;
        if (runtime_->admit()) {
            start_one(std::move(invocation));
        } else {
            runtime_->open.add_waiting();  // as if it had waited: it ends as one that never started
            invocation->reject_later("rejected", runtime_->refusal());
        }
    }
    runtime_->ensure_watch();
}

bool InProcessInvoker::keep_out(Invocation& invocation) {
    const SteadyTime now = runtime_->now();
    std::string why;
    {
        const std::lock_guard lock(mutex_);
        if (breaker_.admit(now)) return false;
        why = breaker_.refusal(now);
    }
    ++runtime_->circuit_refusals;
    runtime_->open.add_waiting();  // as if it had waited
    invocation.kept_out = true;
    invocation.reject_later("circuit_open", why);
    return true;
}

void InProcessInvoker::stuck(const std::string& why) {
    {
        const std::lock_guard lock(mutex_);
        breaker_.failure(runtime_->now(), why);
        troubled_ = true;
    }
    runtime_->note_stuck(shared_from_this(), lease_.get(), why);
}

// One that never ran says nothing about the component.
void InProcessInvoker::came_back(const Invocation& invocation) {
    if (!troubled_ || invocation.kept_out) return;
    const std::lock_guard lock(mutex_);
    if (!invocation.has_run()) return breaker_.withdrawn();
    breaker_.success();
    troubled_ = false;
}

CircuitBreaker::State InProcessInvoker::circuit(SteadyTime now) const {
    const std::lock_guard lock(mutex_);
    return breaker_.state(now);
}

// It is among the open ones before its deadline is watched: one that is over already ends it at once.
void InProcessInvoker::start_one(std::shared_ptr<Invocation> invocation) {
    bool starts = true;
    {
        const std::lock_guard lock(mutex_);
        invocation->open_index = open_.size();
        open_.push_back(invocation);
        starts = manifest_.concurrency == 0 || places_ < manifest_.concurrency;
        if (starts) {
            ++places_;
            invocation->has_place = true;
        } else {
            waiting_.push(invocation);
        }
    }
    const bool by_timer = entry_.cancel != nullptr || blocking_;
    if (by_timer) invocation->watch_deadline();
    if (starts) dispatch(std::move(invocation));
}

void InProcessInvoker::dispatch(std::shared_ptr<Invocation> invocation) {
    if (blocking_) {
        runtime_->blocking.submit(std::move(invocation));
    } else {
        runtime_->threads.submit(std::move(invocation));
    }
}

bool InProcessInvoker::divert(Invocation& invocation) {
    if (!blocking_) return false;
    runtime_->blocking.submit(invocation.shared_from_this());
    return true;
}

void InProcessInvoker::cancel(const InvocationObserver& observer, std::size_t slot) {
    std::shared_ptr<Invocation> invocation;
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find_if(
            open_, [&](const auto& one) { return one->observer() == &observer && one->slot() == slot; });
        if (found == open_.end()) return;
        invocation = *found;
    }
    invocation->stop(CEDAR_CANCELLED);
}

void InProcessInvoker::withdraw(Invocation& invocation) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto waited = waiting_.remove(invocation)) return;
    }
    if (!runtime_->threads.withdraw(invocation)) runtime_->blocking.withdraw(invocation);
}

// Its place goes to the one that has waited longest.
void InProcessInvoker::leave(Invocation& invocation) {
    std::shared_ptr<Invocation> ended, next;
    {
        const std::lock_guard lock(mutex_);
        const std::size_t index = invocation.open_index;
        if (index < open_.size() && open_[index].get() == &invocation) {  // a rejected one never was in it
            open_.back()->open_index = index;
            std::swap(open_[index], open_.back());
            ended = std::move(open_.back());
            open_.pop_back();
        }
        if (std::exchange(invocation.has_place, false)) {
            next = std::static_pointer_cast<Invocation>(waiting_.pop());
            if (next)
                next->has_place = true;
            else
                --places_;
        }
    }
    if (next) dispatch(std::move(next));
}

void InProcessInvoker::hogged(std::chrono::milliseconds held) {
    if (!blocking_.exchange(true)) runtime_->note_hog(manifest_.id, held);
}

// The entry must not throw; a C++ library that does all the same is contained.
cedar_status InProcessInvoker::invoke(cedar_invocation token, const cedar_request& request,
                                      std::string& thrown) const {
    try {
        return entry_.invoke(instance_, token, &request);
    } catch (const std::exception& error) {
        thrown = error.what();
    } catch (...) {
        thrown = "unknown exception";
    }
    return CEDAR_INTERNAL;
}

// The control thread never runs foreign code.
void InProcessInvoker::call_cancel_hook(cedar_invocation token) {
    runtime_->chore(manifest_.id, culprit_,
                    [self = shared_from_this(), token] { self->entry_.cancel(self->instance_, token); });
}

}  // namespace cedar::host::runtime
