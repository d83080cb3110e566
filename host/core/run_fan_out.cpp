#include "host/core/run_impl.hpp"

#include <algorithm>
#include <map>

namespace cedar::host {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr std::string_view kAnything = "{}";  // the schema that refuses nothing

// Of so many slots it is told at one go that they have begun, or that the host ended them: to write the events of a
// thousand takes longer than a deadline of another run may be late, and than an event may be on its way.
constexpr std::size_t kPiece = 32;

}  // namespace

void Run::Impl::dispatch(Now now) {
    if (!slots.empty() && now.steady >= budget.fan_out_cut)
        return fail(now, "deadline", "deadline",
                    "the time for components was over after " +
                        ms_json(duration_cast<microseconds>(now.steady - budget.start)) +
                        " ms of waiting and preparing");
    std::vector<FanOutTask> tasks;
    tasks.reserve(slots.size());
    for (const auto& slot : slots) tasks.push_back({slot.candidate.component->manifest.timeout, slot.required});
    fan_out.emplace(tasks, FanOutLimits{budget.fan_out_cut, request.quorum ? request.quorum : limits.quorum},
                    now.steady);
    state = State::fanning;
    dispatched_at = looked_at = now.steady;

    const auto body = std::make_shared<const std::string>(candidate_body(request, turn, identity.project_id));
    std::vector<std::string> problems(slots.size());
    StartInvocations start;
    for (const auto slot : refuse_inputs(*body, problems))
        start.batch.push_back({slot, slots[slot].candidate.component, body, fan_out->deadline_of(slot)});
    // The components work while the events are written.
    if (!start.batch.empty()) act(std::move(start));
    // Of many it is told once they have started: that takes a while.
    if (slots.size() <= kPiece) show_begun(now, slots.size());
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        if (problems[slot].empty() || !fan_out->on_result(slot, false)) continue;
        show_begun(now, slot + 1);
        record(now, slot,
               make_failure(*slots[slot].candidate.component, ResultStatus::error,
                            {"invalid_input", problems[slot], {}, false, ErrorSource::schema}, {}));
    }
    if (fan_out->done()) fan_out_done(now);
}

void Run::Impl::show_begun(Now now, std::size_t until) {
    for (until = std::min(until, slots.size()); shown_begun < until; ++shown_begun) {
        const auto& candidate = slots[shown_begun].candidate;
        auto eid = emit(events.dispatch(now, candidate));
        log("DISPATCH", candidate.component->manifest.id, "", candidate.reason, {}, std::move(eid));
    }
}

void Run::Impl::show_more_begun(Now now) {
    show_begun(now, shown_begun + kPiece);
}

// The slots whose component takes this input; of the others, why not. Each distinct schema is asked once.
std::vector<std::size_t> Run::Impl::refuse_inputs(const std::string& body,
                                                  std::vector<std::string>& problems) const {
    std::map<const Schema*, std::string> verdicts;
    std::vector<std::size_t> fit;
    fit.reserve(slots.size());
    const auto document = parse_json(body);
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        const auto& schema = *slots[slot].candidate.component->input;
        if (!document) {
            problems[slot] = document.error().message;
            continue;
        }
        if (schema.text() != kAnything) {
            const auto [verdict, fresh] = verdicts.try_emplace(&schema);
            if (fresh)
                if (const auto valid = schema.validate(*document); !valid) verdict->second = valid.error().message;
            problems[slot] = verdict->second;
        }
        if (problems[slot].empty()) fit.push_back(slot);
    }
    return fit;
}

void Run::Impl::component_ended(Now now, std::size_t slot, ComponentResult result) {
    if (!fan_out->on_result(slot, result.ok())) {
        count_usage(result.usage);  // it was spent all the same
        log("COMPLETE", result.component, std::string(to_string(ResultStatus::late)),
            "ended as " + std::string(to_string(result.status)) + " after its time", result.duration, "");
        return;
    }
    show_begun(now, slot + 1);
    record(now, slot, std::move(result));
    take_host_ended(now);
}

void Run::Impl::take_host_ended(Now now) {
    for (const auto& [slot, how] : fan_out->take_ended(kPiece)) {
        show_begun(now, slot + 1);
        act(CancelInvocation{slot});
        const auto& component = *slots[slot].candidate.component;
        const auto duration = duration_cast<microseconds>(now.steady - dispatched_at);
        const auto limit = duration_cast<microseconds>(fan_out->deadline_of(slot) - dispatched_at);
        if (how == FanOut::End::timeout) {
            record(
                now, slot,
                make_failure(component, ResultStatus::timeout,
                             {"timeout", "no answer within " + ms_json(limit) + " ms", {}, true, ErrorSource::host},
                             duration));
        } else {
            record(
                now, slot,
                make_failure(component, ResultStatus::cancelled,
                             {"quorum_met", "enough others had answered", {}, false, ErrorSource::host}, duration));
        }
    }
    if (fan_out->done() && !fan_out->has_ended()) fan_out_done(now);
}

void Run::Impl::record(Now now, std::size_t slot, ComponentResult result) {
    auto& entry = slots[slot];
    if (result.debug_prompt.empty()) {
        result.debug_prompt = std::move(entry.prompt);
        result.prompt_hash = std::move(entry.prompt_hash);
    }
    if (!result.debug_prompt.empty())
        emit(events.debug(now, result.component, result.debug_prompt, result.prompt_hash));
    auto eid = emit(events.component_result(now, result));
    log("COMPLETE", result.component, std::string(to_string(result.status)),
        result.error ? result.error->message : "", result.duration, std::move(eid));
    count_usage(result.usage);
    entry.result = std::move(result);
}

void Run::Impl::count_usage(const Usage& more) {
    usage.input_tokens += more.input_tokens;
    usage.output_tokens += more.output_tokens;
    usage.cached_tokens += more.cached_tokens;
    usage.cost += more.cost;
}

void Run::Impl::fan_out_done(Now now) {
    show_begun(now, slots.size());
    std::string failed;
    for (const auto& slot : slots)
        if (slot.required && !slot.result->ok())
            failed += (failed.empty() ? "required: " : ", ") + slot.result->component + " (" +
                      std::string(to_string(slot.result->status)) + ")";
    if (!failed.empty()) return fail(now, "insufficient_results", "insufficient_results", failed);
    aggregating_at = now.steady;
    // To put together what many have said takes a while; what was told so far is not to wait for it.
    gathered = slots.size() > kPiece;
    if (!gathered) aggregate(now, std::nullopt);
}

}  // namespace cedar::host
