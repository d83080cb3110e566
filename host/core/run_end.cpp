#include "host/core/run_impl.hpp"

#include <algorithm>

namespace cedar::host {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

std::string span_ms(SteadyTime from, SteadyTime to) {
    return ms_json(duration_cast<microseconds>(to - from));
}

}  // namespace

void Run::Impl::save(Now now, FinalCall call) {
    state = State::saving;
    final_call = std::move(call);
    emit(events.info(now, "finalizing"));
    act(SaveOutcome{outcome(), true});
    time(now);
}

TurnOutcome Run::Impl::outcome() const {
    TurnOutcome out;
    out.project_id = identity.project_id;
    out.branch_id = turn.branch_id;
    out.thread_id = turn.thread_id;
    out.run_id = identity.run_id;
    out.prompt_json = prompt;
    out.results_json = results_json(slots);
    if (final_call) {
        out.ok = true;
        out.title = final_call->title;
        out.text = final_call->text;
        out.final_json = final_call->json;
        out.changelog_summary = final_call->changelog_summary;
    }
    return out;
}

void Run::Impl::saved(Now now, Result<void> result) {
    if (state != State::saving) return;
    if (result) return finish(now);
    fail(now, "store: " + result.error().message, std::string(to_string(result.error().code)),
         result.error().detail, false);
}

void Run::Impl::finish(Now now) {
    RunEvents::Final facts;
    facts.text = final_call->text;
    facts.json = final_call->json;
    facts.complete = complete();
    facts.test_mode = limits.test_mode;
    facts.coverage = coverage_json(slots);
    facts.missing = missing_json(slots);
    facts.aggregator = aggregator_json();
    facts.selector = chooser_json();
    const PromptHash others[] = {{chooser ? chooser->manifest.id : std::string_view{}, chooser_prompt_hash},
                                 {aggregator->manifest.id, aggregator_hash}};
    facts.prompts = prompts_json(slots, others);
    facts.usage = usage_json(usage);
    facts.timing = timing_json(now.steady);
    auto eid = emit(events.final(now, facts));
    state = State::over;
    log("COMPLETE", "", facts.complete ? "complete" : "partial", "",
        duration_cast<microseconds>(now.steady - budget.start), std::move(eid));
    act(RunEnded{});
}

void Run::Impl::fail(Now now, const std::string& error, std::string code, const std::string& detail, bool keep) {
    if (state == State::fanning) show_begun(now, slots.size());
    cancel_open();
    auto eid = emit(events.error(now, error, code, detail));
    log("ERROR", "", std::move(code), detail.empty() ? error : error + ": " + detail,
        duration_cast<microseconds>(now.steady - budget.start), std::move(eid));
    if (keep && has_turn) {
        final_call.reset();
        auto failed = outcome();
        // The mark by which the original's clients know it in a thread.
        failed.text = error == "missing_key" ? "[llm-missing-key] " + detail
                      : detail.empty()       ? error
                                             : error + "\n" + detail;
        act(SaveOutcome{std::move(failed), false});
    }
    state = State::over;
    act(RunEnded{});
}

void Run::Impl::cancel_open() {
    if (chooser_runs) {
        actions.emplace_back(CancelInvocation{0});
    } else if (state == State::fanning) {
        fan_out->cancel();
        for (const auto& ended : fan_out->take_ended()) act(CancelInvocation{ended.slot});
    } else if (aggregator_runs) {
        act(CancelInvocation{aggregator_slot()});
    }
}

bool Run::Impl::complete() const {
    return std::all_of(slots.begin(), slots.end(),
                       [](const auto& slot) { return slot.result && slot.result->ok(); });
}

std::string Run::Impl::aggregator_json() const {
    const auto& manifest = aggregator->manifest;
    return R"({"id":")" + manifest.id + R"(","version":")" + manifest.version.to_string() + R"(","llm":)" +
           (uses_llm(manifest) ? "true" : "false") + R"(,"repairs":)" + std::to_string(repairs) +
           (aggregator_model.calls > 0 ? R"(,"model":)" + model_json(aggregator_model) : "") +
           (aggregator_hash.empty() ? "" : R"(,"prompt_hash":)" + json_string(aggregator_hash)) + '}';
}

std::string Run::Impl::timing_json(SteadyTime now) const {
    const auto prepared_at = chooser == nullptr ? dispatched_at : selecting_at;
    const auto select =
        chooser == nullptr ? std::string() : R"(,"select_ms":)" + span_ms(selecting_at, dispatched_at);
    return R"({"total_ms":)" + span_ms(budget.start, now) + R"(,"queue_ms":)" + span_ms(budget.start, admitted_at) +
           R"(,"prepare_ms":)" + span_ms(admitted_at, prepared_at) + select + R"(,"fan_out_ms":)" +
           span_ms(dispatched_at, aggregating_at) + R"(,"aggregate_ms":)" + span_ms(aggregating_at, answered_at) +
           R"(,"save_ms":)" + span_ms(answered_at, now) + R"(,"budget_ms":)" + ms_json(budget.total()) + '}';
}

}  // namespace cedar::host
