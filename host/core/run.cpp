#include "host/core/run.hpp"

#include "host/core/json.hpp"
#include "host/core/run_impl.hpp"

#include <utility>

namespace cedar::host {
Run::Impl::Impl(Identity who, ChatRequest what, RunLimits bounds, std::shared_ptr<const Selector> selection,
                IdSource& ids)
    : identity(std::move(who)),
      request(std::move(what)),
      limits(std::move(bounds)),
      selector(std::move(selection)),
      events(identity.project_id, identity.run_id, ids) {}

std::string Run::Impl::emit(EventPtr event) {
    auto eid = event->eid;
    act(EmitEvent{std::move(event)});
    return eid;
}

void Run::Impl::log(std::string stage, std::string component, std::string status, std::string message,
                    std::chrono::microseconds duration, std::string eid) {
    act(LogStage{std::move(stage), std::move(component), std::move(status), std::move(message), duration,
                 std::move(eid)});
}

void Run::Impl::submitted(Now now, std::size_t queue_position) {
    if (state != State::created) return;
    state = State::queued;
    budget = RunBudget::of(now.steady, request, limits);
    auto eid = emit(events.ack(now, queue_position));
    log("ACK", "", queue_position == 0 ? "started" : "queued",
        queue_position == 0 ? "" : "queue position " + std::to_string(queue_position), {}, std::move(eid));
    emit(events.info(now, "submitted"));
    if (queue_position == 0) admitted(now);
}

void Run::Impl::admitted(Now now) {
    if (state != State::queued) return;
    time(now);
    if (state != State::queued) return;
    state = State::preparing;
    admitted_at = now.steady;
    emit(events.info(now, "planning"));
    act(PrepareTurn{{identity.project_id, identity.run_id, request}});
}

void Run::Impl::ended(Now now, std::size_t slot, ComponentResult result) {
    if (state == State::selecting && slot == 0) return chooser_ended(now, std::move(result));
    if (slot >= first_slot) {
        slot -= first_slot;
        if (state == State::fanning && slot < slots.size()) return component_ended(now, slot, std::move(result));
        if (state == State::aggregating && slot == aggregator_slot())
            return aggregator_ended(now, std::move(result));
    }
    // The slot has been decided without it.
    log("COMPLETE", result.component, std::string(to_string(ResultStatus::late)),
        "ended as " + std::string(to_string(result.status)) + " after its time", result.duration, "");
}

void Run::Impl::emitted(Now now, std::size_t slot, EmitKind kind, const std::string& json) {
    const auto who = speaker(slot);
    if (!who || emitted_count >= limits.max_shown_emissions) return;
    if (++emitted_count == limits.max_shown_emissions)
        log("COMPLETE", "", "limit",
            std::to_string(emitted_count) +
                " progress, token and prompt events shown [run.shown_emissions]; the rest is dropped",
            {}, "");
    if (who->entry != nullptr) show_begun(now, static_cast<std::size_t>(who->entry - slots.data()) + 1);
    const auto document = parse_json(json);
    if (!document) return log("COMPLETE", who->id, "invalid", "emitted " + document.error().message, {}, "");
    if (kind != EmitKind::prompt) {
        const auto type = kind == EmitKind::token ? EventType::token : EventType::progress;
        emit(events.said(now, type, who->shown_as, string_member(*document, "text")));
        return;
    }
    const auto* messages = find_member(*document, "messages");
    if (messages == nullptr || !messages->IsArray())
        return log("COMPLETE", who->id, "invalid", "emitted no messages", {}, "");
    const std::string hash(string_member(*document, "prompt_hash"));
    if (who->entry != nullptr) {
        who->entry->prompt = to_json(*messages);
        who->entry->prompt_hash = hash;
    } else if (state == State::selecting) {
        show_chooser_prompt(now, to_json(*messages), hash);
    } else {
        show_aggregator_prompt(now, to_json(*messages), hash);
    }
}

// A grace after the deadline: the run may still wait for others.
void Run::Impl::given_up(Now now, std::size_t slot, GivenUp how, const std::string& why) {
    if (state != State::fanning && state != State::aggregating) return;
    if (slot < first_slot || slot - first_slot >= slots.size()) return;
    show_begun(now, slot - first_slot + 1);
    const std::string& id = slots[slot - first_slot].candidate.component->manifest.id;
    emit(events.given_up(now, id, how == GivenUp::killed ? "killed" : "written_off", why));
}

// Who may say something now in this slot, as seen from outside.
std::optional<Run::Impl::Speaker> Run::Impl::speaker(std::size_t slot) {
    if (state == State::selecting && slot == 0) return Speaker{chooser->manifest.id, "selector", nullptr};
    if (slot < first_slot) return std::nullopt;
    slot -= first_slot;
    if (state == State::fanning && slot < slots.size() && !slots[slot].result) {
        const auto& id = slots[slot].candidate.component->manifest.id;
        return Speaker{id, id, &slots[slot]};
    }
    if (state == State::aggregating && slot == aggregator_slot())
        return Speaker{aggregator->manifest.id, "aggregator", nullptr};
    return std::nullopt;
}

void Run::Impl::time(Now now) {
    switch (state) {
        case State::created:
        case State::over: return;
        case State::queued:
            if (now.steady >= budget.end)
                fail(now, "deadline", "deadline", "the run waited for a place until its time was over");
            return;
        case State::preparing:
            if (now.steady >= budget.end)
                fail(now, "deadline", "deadline", "the store did not answer before the run's time was over");
            return;
        case State::selecting:
            if (now.steady >= chooser_deadline) chooser_timed_out(now);
            return;
        case State::fanning:
            looked_at = now.steady;
            if (gathered) return aggregate(now, std::nullopt);
            show_more_begun(now);
            fan_out->on_time(now.steady);
            return take_host_ended(now);
        case State::aggregating:
            if (now.steady < aggregator_deadline) return;
            return aggregator_failed(
                now, {"timeout", aggregator->manifest.id + " gave no answer in time",
                      ms_json(std::chrono::duration_cast<std::chrono::microseconds>(now.steady - aggregating_at)) +
                          " ms after it was asked",
                      true, ErrorSource::host});
        case State::saving:
            if (now.steady >= budget.end)
                fail(now, "store: the answer could not be stored in time", "deadline", "the store did not answer",
                     false);
            return;
    }
}

void Run::Impl::cancel(Now now, const std::string& reason) {
    // While the answer is being stored it is too late: stored and cancelled would be two endings.
    if (state == State::over || state == State::created || state == State::saving) return;
    fail(now, "cancelled", "cancelled", reason);
}

std::optional<SteadyTime> Run::Impl::next_deadline() const {
    switch (state) {
        case State::created:
        case State::over: return std::nullopt;
        case State::selecting: return chooser_deadline;
        case State::fanning:
            // At once, but after what others were due for before.
            return gathered || shown_begun < slots.size() || fan_out->has_ended() ? looked_at
                                                                                  : fan_out->next_deadline();
        case State::aggregating: return aggregator_deadline;
        case State::queued:
        case State::preparing:
        case State::saving: break;
    }
    return budget.end;
}

Run::Run(Identity identity, ChatRequest request, RunLimits limits, std::shared_ptr<const Selector> selector,
         IdSource& ids)
    : impl_(std::make_unique<Impl>(std::move(identity), std::move(request), std::move(limits), std::move(selector),
                                   ids)) {}
Run::~Run() = default;

void Run::submitted(Now now, std::size_t queue_position) {
    impl_->submitted(now, queue_position);
}
void Run::admitted(Now now) {
    impl_->admitted(now);
}
void Run::refused(Now now, const Error& why) {
    if (impl_->state == Impl::State::created) impl_->submitted(now, 1);
    if (impl_->state == Impl::State::queued)
        impl_->fail(now, why.message, std::string(to_string(why.code)), why.detail);
}
void Run::prepared(Now now, Result<Turn> turn) {
    impl_->prepared(now, std::move(turn));
}
void Run::ended(Now now, std::size_t slot, ComponentResult result) {
    if (!over()) impl_->ended(now, slot, std::move(result));
}
void Run::emitted(Now now, std::size_t slot, EmitKind kind, const std::string& json) {
    impl_->emitted(now, slot, kind, json);
}
void Run::given_up(Now now, std::size_t slot, GivenUp how, const std::string& why) {
    impl_->given_up(now, slot, how, why);
}
void Run::saved(Now now, Result<void> result) {
    impl_->saved(now, std::move(result));
}
void Run::time(Now now) {
    impl_->time(now);
}
void Run::cancel(Now now, const std::string& reason) {
    impl_->cancel(now, reason);
}

std::vector<RunAction> Run::take_actions() {
    return std::exchange(impl_->actions, {});
}
std::optional<SteadyTime> Run::next_deadline() const {
    return impl_->next_deadline();
}
bool Run::over() const {
    return impl_->state == Impl::State::over;
}
const std::string& Run::run_id() const {
    return impl_->identity.run_id;
}

}  // namespace cedar::host
