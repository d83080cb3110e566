#include "host/runtime/run_driver.hpp"

#include "host/core/check.hpp"
#include "host/runtime/start_all.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::runtime {

RunDriver::RunDriver(ControlThread& control, DispatcherPorts ports, std::unique_ptr<Run> run,
                     std::int64_t project_id)
    : control_(control), ports_(ports), run_(std::move(run)), project_id_(project_id) {}

template <class Tell>
void RunDriver::step(Tell tell) {
    tell(now());
    carry_out();
}

// What is more than to tell waits for the control thread: a run that need not wait asks for its turn at once.
void RunDriver::submit(std::size_t queue_position) {
    run_->submitted(now(), queue_position);
    deferred_ = run_->take_actions();
    const auto tells = [](const RunAction& action) {
        return std::holds_alternative<EmitEvent>(action) || std::holds_alternative<LogStage>(action);
    };
    const auto first_other = std::ranges::find_if_not(deferred_, tells);
    std::for_each(deferred_.begin(), first_other, [this](const RunAction& action) { carry_out(action); });
    deferred_.erase(deferred_.begin(), first_other);
    tell_events();
}

void RunDriver::begin(std::function<void()> on_over) {
    self_ = shared_from_this();
    on_over_ = std::move(on_over);
    inbox_ = std::make_shared<RunInbox>([weak = weak_from_this(), this] {
        if (const auto self = weak.lock()) control_.post([self] { self->on_inbox(); });
    });
    for (const auto& action : std::exchange(deferred_, {})) carry_out(action);
    carry_out();
}

void RunDriver::admit() {
    step([&](Now time) { run_->admitted(time); });
}

void RunDriver::refuse(const Error& why) {
    step([&](Now time) { run_->refused(time, why); });
}

void RunDriver::cancel(const std::string& reason) {
    step([&](Now time) { run_->cancel(time, reason); });
}

void RunDriver::carry_out() {
    if (std::exchange(carrying_out_, true)) return;
    for (auto actions = run_->take_actions(); !actions.empty(); actions = run_->take_actions()) {
        for (const auto& action : actions) carry_out(action);
    }
    tell_events();
    carrying_out_ = false;
    set_timer();
    if (over_ && open_invocations_ == 0) self_.reset();
}

// Events that follow each other go to the log together; before anything else happens, and at the end.
void RunDriver::tell_events() {
    ports_.events.append_all(untold_);
    untold_.clear();
}

void RunDriver::carry_out(const RunAction& action) {
    const bool tells = std::holds_alternative<EmitEvent>(action) || std::holds_alternative<LogStage>(action);
    if (!tells) tell_events();
    std::visit([this](const auto& one) { carry_out(one); }, action);
}

void RunDriver::set_timer() {
    const auto next = over_ ? std::nullopt : run_->next_deadline();
    if (next == timer_at_) return;
    control_.cancel(timer_);
    timer_at_ = next;
    timer_ = 0;
    if (!next) return;
    timer_ = control_.schedule(*next, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->timer_at_.reset();
        self->step([&](Now time) { self->run_->time(time); });
    });
}

void RunDriver::carry_out(const EmitEvent& action) {
    untold_.push_back(action.event);
}

void RunDriver::carry_out(const PrepareTurn& action) {
    ports_.store.open_turn(action.request, [self = shared_from_this()](Result<Turn> turn) {
        self->control_.post([self, turn = std::move(turn)]() mutable { self->on_prepared(std::move(turn)); });
    });
}

void RunDriver::on_prepared(Result<Turn> turn) {
    if (turn) {
        branch_id_ = turn->branch_id;
        thread_id_ = turn->thread_id;
    }
    step([&](Now time) { run_->prepared(time, std::move(turn)); });
}

void RunDriver::carry_out(const StartInvocations& action) {
    const auto scope = std::make_shared<const InvocationScope>(
        InvocationScope{project_id_, branch_id_, thread_id_, run_->run_id(), {}});
    start_all(action.batch, scope, inbox_);
    // What became of them meanwhile is told on this thread, later.
    open_invocations_ += action.batch.size();
    for (const auto& one : action.batch) {
        if (invokers_.size() <= one.slot) invokers_.resize(one.slot + 1);
        invokers_[one.slot] = one.component->invoker;
    }
}

void RunDriver::carry_out(const CancelInvocation& action) {
    if (action.slot < invokers_.size() && invokers_[action.slot]) {
        invokers_[action.slot]->cancel(*inbox_, action.slot);
    }
}

void RunDriver::carry_out(const SaveOutcome& action) {
    ports_.store.close_turn(
        action.outcome, [self = shared_from_this(), awaited = action.awaited](Result<void> saved) {
            self->control_.post([self, awaited, saved = std::move(saved)] { self->on_saved(saved, awaited); });
        });
}

void RunDriver::on_saved(const Result<void>& result, bool awaited) {
    if (awaited) return step([&](Now time) { run_->saved(time, result); });
    if (result) return;
    LogRecord record;
    record.level = LogLevel::error;
    record.stage = "ERROR";
    record.message = result.error().message;
    record.rid = run_->run_id();
    record.pid = project_id_;
    ports_.log.write(record);
}

void RunDriver::carry_out(const LogStage& action) {
    std::vector<std::pair<std::string_view, std::string>> fields;
    if (!action.status.empty()) fields.emplace_back("status", action.status);
    if (action.duration.count() > 0) {
        fields.emplace_back("duration_ms", std::to_string(action.duration.count() / 1000));
    }
    LogRecord record;
    record.level = action.stage == "ERROR" ? LogLevel::error : LogLevel::info;
    record.stage = action.stage;
    record.message = action.message;
    record.eid = action.eid;
    record.rid = run_->run_id();
    record.comp = action.component;
    record.pid = project_id_;
    record.fields = fields;
    ports_.log.write(record);
}

void RunDriver::carry_out(const RunEnded&) {
    over_ = true;
    if (on_over_) std::exchange(on_over_, nullptr)();
}

// A wake of the inbox may find this busy with what came before; so it stops only when the inbox is empty.
void RunDriver::on_inbox() {
    bool more = true;
    for (std::size_t i = 0; i < kItemsAtATime && more; ++i) {
        if (handled_ == items_.size()) {
            items_ = inbox_->take(std::move(items_));
            handled_ = 0;
        }
        more = handled_ < items_.size();
        if (more) handle(items_[handled_++]);
    }
    const auto self = shared_from_this();
    carry_out();
    if (more) control_.post([self] { self->on_inbox(); });
}

void RunDriver::handle(RunInbox::Item& item) {
    if (auto* emitted = std::get_if<RunInbox::Emitted>(&item)) {
        run_->emitted(now(), emitted->slot, emitted->kind, emitted->json);
        return;
    }
    if (const auto* gave_up = std::get_if<RunInbox::GaveUp>(&item)) {
        run_->given_up(now(), gave_up->slot, gave_up->how, gave_up->why);
        return;
    }
    auto& ended = std::get<RunInbox::Ended>(item);
    --open_invocations_;
    invokers_[ended.slot].reset();
    if (over_) return log_late(ended.slot, ended.result);
    run_->ended(now(), ended.slot, std::move(ended.result));
}

void RunDriver::log_late(std::size_t slot, const ComponentResult& result) {
    const std::vector<std::pair<std::string_view, std::string>> fields{
        {"status", "late"}, {"own_status", std::string(to_string(result.status))}, {"slot", std::to_string(slot)}};
    LogRecord record;
    record.level = LogLevel::info;
    record.stage = "COMPLETE";
    record.message = "ended after its run";
    record.rid = run_->run_id();
    record.comp = result.component;
    record.pid = project_id_;
    record.fields = fields;
    ports_.log.write(record);
}

}  // namespace cedar::host::runtime
