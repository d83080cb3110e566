#include "host/runtime/invocation.hpp"

#include "host/core/check.hpp"
#include "host/core/component.hpp"
#include "host/core/fetch.hpp"
#include "host/core/json.hpp"
#include "host/runtime/in_process_invoker.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace cedar::host::runtime {
namespace {

// A thread that still runs an invocation so long after its deadline is held.
constexpr std::chrono::milliseconds kOverdueGrace{100};

// Those that a run starts one after the other are to unwind at one moment, which costs one timer.
constexpr std::chrono::microseconds kShared{500};

SteadyTime unwind_time(SteadyTime now, SteadyTime deadline, std::chrono::milliseconds margin) {
    const auto left = deadline - now;
    if (left <= SteadyTime::duration::zero()) return deadline;
    const auto early = std::min<SteadyTime::duration>(margin, left / 20);
    const SteadyTime time = deadline - early;
    return early < 2 * kShared ? time : time - time.time_since_epoch() % kShared;
}

}  // namespace

Invocation::Invocation(std::shared_ptr<InProcessInvoker> owner, const StartInvocation& start,
                       std::shared_ptr<const InvocationScope> scope, std::shared_ptr<InvocationObserver> observer)
    : owner_(std::move(owner)),
      component_(start.component),
      body_(start.body),
      scope_(std::move(scope)),
      observer_id_(observer.get()),
      slot_(start.slot),
      deadline_(start.deadline),
      unwind_at_(unwind_time(owner_->runtime().now(), start.deadline, owner_->runtime().options.unwind_margin)),
      observer_(std::move(observer)),
      emit_budget_(owner_->runtime().options.limits.emits_at_once,
                   owner_->runtime().options.limits.emits_per_second),
      log_budget_(owner_->runtime().options.limits.logs_at_once, owner_->runtime().options.limits.logs_per_second) {
}

void Invocation::register_token() {
    token_ = owner_->runtime().table.slots.acquire(std::static_pointer_cast<Invocation>(shared_from_this()));
}

void Invocation::watch_deadline() {
    if (!std::exchange(watched_, true)) owner_->runtime().deadlines.add(*this, unwind_at_);
}

std::shared_ptr<Watched> Invocation::keep() {
    return std::static_pointer_cast<Invocation>(shared_from_this());
}

bool Invocation::move_on(Phase from, Phase to) {
    return phase_.compare_exchange_strong(from, to);
}

void Invocation::stop(cedar_status why) {
    cedar_status none = CEDAR_OK;
    stop_.compare_exchange_strong(none, why);
    if (move_on(Phase::waiting, Phase::ended)) {
        owner_->withdraw(*this);
        return conclude(false, result_of_stop());
    }
    std::shared_ptr<CallGroup> group;
    {
        const std::lock_guard lock(mutex_);
        group = group_;
    }
    if (group) group->stop(stop_);
    if (phase_ == Phase::running && owner_->has_cancel_hook() && !hook_called_.exchange(true)) {
        owner_->call_cancel_hook(token_);
    }
}

cedar_status Invocation::stopped() {
    return stop_ == CEDAR_OK ? stopped(owner_->runtime().now()) : stop_.load();
}

cedar_status Invocation::stopped(SteadyTime now) {
    if (stop_ == CEDAR_OK && now >= unwind_at_) {
        cedar_status none = CEDAR_OK;
        stop_.compare_exchange_strong(none, CEDAR_DEADLINE);
    }
    return stop_;
}

void Invocation::on_deadline() {
    stop(CEDAR_DEADLINE);
    if (phase_ == Phase::running) watch_return();
}

// Of one that may hold its thread.
void Invocation::watch_return() {
    if (return_watched_.exchange(true)) return;
    InProcessRuntime& runtime = owner_->runtime();
    runtime.control.schedule(std::max(deadline_, runtime.now()) + runtime.options.grace, [weak = weak_from_this()] {
        const auto self = std::static_pointer_cast<Invocation>(weak.lock());
        if (self) self->look_whether_stuck();
    });
}

void Invocation::look_whether_stuck() {
    if (phase_ != Phase::running) return;
    stuck_ = true;
    const std::string why = "did not come back within " + std::to_string(owner_->runtime().options.grace.count()) +
                            " ms of its deadline";
    std::shared_ptr<InvocationObserver> observer;
    {
        const std::lock_guard lock(mutex_);
        observer = observer_;
    }
    if (observer) observer->on_given_up(slot_, GivenUp::written_off, why + "; its thread is written off");
    owner_->stuck(why);
}

void Invocation::reject_later(const std::string& code, const std::string& why) {
    if (!move_on(Phase::waiting, Phase::ended)) return;
    auto task = [self = std::static_pointer_cast<Invocation>(shared_from_this()), code, why] {
        self->conclude(false, self->failure(ResultStatus::rejected, code, why));
    };
    // Without a control thread nobody is left who could mind on which thread it is told.
    if (!owner_->runtime().control.post(task)) task();
}

void Invocation::run() noexcept {
    if (!move_on(Phase::waiting, Phase::running)) return;
    owner_->runtime().open.started();
    const SteadyTime now = owner_->runtime().now();
    if (stopped(now) == CEDAR_OK) invoke(now);
}

// What the host makes of it needs more stack than most components have touched.
void Invocation::finish() noexcept {
    if (!move_on(Phase::running, Phase::ended)) return;
    conclude(true, invoked_ ? result_of(std::move(outcome_)) : result_of_stop());
}

void Invocation::refuse(std::string_view why) noexcept {
    reject_later("rejected", std::string(why));
}

void Invocation::invoke(SteadyTime begun) {
    InProcessRuntime& runtime = owner_->runtime();
    cedar_request request{};
    request.struct_size = sizeof(request);
    request.body = {body_->data(), body_->size()};
    request.deadline_ns = std::chrono::nanoseconds(deadline_.time_since_epoch()).count();
    std::string thrown;
    paused_at_ = begun;
    const cedar_status status = owner_->invoke(token_, request, thrown);
    const auto ended = runtime.now();
    std::shared_ptr<CallGroup> lent;  // let go outside the lock
    const std::lock_guard lock(mutex_);
    lent.swap(group_);
    returned_ = invoked_ = true;
    outcome_.status = status;
    outcome_.duration = std::chrono::duration_cast<std::chrono::microseconds>(ended - begun);
    if (!thrown.empty()) outcome_.error_json = R"({"code":"exception","message":)" + json_string(thrown) + "}";
}

ComponentResult Invocation::failure(ResultStatus status, std::string code, std::string message) const {
    ComponentError error;
    error.code = std::move(code);
    error.message = std::move(message);
    return make_failure(*component_, status, std::move(error), std::chrono::microseconds(0));
}

ComponentResult Invocation::result_of(RawOutcome&& outcome) const noexcept {
    try {
        const InProcessOptions& options = owner_->runtime().options;
        return options.judge(*component_, std::move(outcome), options.limits.answer_bytes);
    } catch (const std::exception& error) {
        return failure(ResultStatus::error, "internal",
                       std::string("its result could not be read: ") + error.what());
    }
}

ComponentResult Invocation::result_of_stop() const {
    if (stop_ == CEDAR_DEADLINE)
        return failure(ResultStatus::timeout, "timeout", "its deadline passed before it started");
    return failure(ResultStatus::cancelled, "cancelled", "cancelled before it started");
}

// The token goes first: what the library does with it from now on is stale.
void Invocation::conclude(bool had_started, ComponentResult&& result) {
    const auto keep = shared_from_this();
    InProcessRuntime& runtime = owner_->runtime();
    if (watched_) runtime.deadlines.remove(*this);
    runtime.table.slots.release(token_);
    std::shared_ptr<InvocationObserver> observer;
    {
        const std::lock_guard lock(mutex_);
        observer = std::move(observer_);
    }
    runtime.open.ended(had_started);
    owner_->leave(*this);
    if (!stuck_) owner_->came_back(*this);
    observer->on_ended(slot_, std::move(result));
}

const char* Invocation::name() const noexcept {
    return owner_->manifest().id.c_str();
}

const char* Invocation::culprit() const noexcept {
    return phase_ == Phase::running ? owner_->culprit() : nullptr;
}

std::size_t Invocation::stack_bytes() const noexcept {
    return std::size_t{owner_->manifest().stack_kib} * 1024;
}

void Invocation::fetch_parts() const noexcept {
    owner_->fetch_parts();
    if (!group_) return;
    fetch(group_.get(), sizeof(CallGroup));
    fetch(component_.get(), sizeof(Component));
}

// One that was ended while it waited needs no stack.
bool Invocation::diverted() noexcept {
    return phase_ == Phase::ended || owner_->divert(*this);
}

void Invocation::on_hog(std::chrono::milliseconds held) noexcept {
    owner_->hogged(held);
    watch_return();
}

void Invocation::on_no_replacement(std::size_t held_threads) noexcept {
    owner_->runtime().note_no_replacement(owner_->manifest().id, held_threads);
}

std::optional<SteadyTime> Invocation::overdue_at() const noexcept {
    return deadline_ + kOverdueGrace;
}

HostCalls* Invocation::host_calls(const cedar_invocation& token) const noexcept {
    const bool own = token.id == token_.id && token.generation == token_.generation;
    return own ? const_cast<Invocation*>(this) : nullptr;
}

}  // namespace cedar::host::runtime
