#include "host/core/run_impl.hpp"

#include <algorithm>

namespace cedar::host {
void Run::Impl::aggregate(Now now, const std::optional<Repair>& repair) {
    state = State::aggregating;
    aggregator_deadline = std::min(now.steady + aggregator->manifest.timeout, budget.aggregate_cut);
    const auto body = std::make_shared<const std::string>(
        aggregator_body(request, turn, identity.project_id, prompt, slots, repair, limits.max_document_bytes));
    const JsonLimits bounds{.max_bytes = 2 * limits.max_document_bytes, .max_depth = 128};
    if (aggregator->input->text() != "{}")
        if (const auto valid = aggregator->input->validate_made(*body, bounds); !valid)
            return aggregator_failed(now, {"invalid_input", valid.error().message, {}, false, ErrorSource::schema});
    aggregator_runs = true;
    act(StartInvocations{{{aggregator_slot(), aggregator, body, aggregator_deadline}}});
    // Nothing may be left of its time when a late clock brought us here.
    time(now);
}

void Run::Impl::show_aggregator_prompt(Now now, const std::string& shown, const std::string& hash) {
    if (shown.empty() || shown == aggregator_prompt) return;
    aggregator_prompt = shown;
    if (!hash.empty()) aggregator_hash = hash;
    emit(events.debug(now, "aggregator", shown, hash));
}

void Run::Impl::aggregator_ended(Now now, ComponentResult result) {
    aggregator_runs = false;
    show_aggregator_prompt(now, result.debug_prompt, result.prompt_hash);
    count_usage(result.usage);
    aggregator_model.add(result.model);
    if (!result.prompt_hash.empty()) aggregator_hash = result.prompt_hash;
    log("AGGREGATE", result.component, std::string(to_string(result.status)),
        result.error ? result.error->message : "", result.duration, "");
    answered_at = now.steady;
    if (result.refused) {
        const auto call = verify_final(*result.refused);
        return refused_answer(now, *result.refused, call ? result.error->message : call.error().message);
    }
    if (!result.ok()) {
        const ComponentError unknown{
            std::string(to_string(result.status)), "the aggregator failed", {}, false, ErrorSource::host};
        return aggregator_failed(now, result.error.value_or(unknown));
    }
    auto call = verify_final(result.content);
    if (!call) return refused_answer(now, result.content, call.error().message);
    save(now, std::move(*call));
}

void Run::Impl::refused_answer(Now now, const std::string& answer, const std::string& problem) {
    const auto allowed = std::min<std::uint32_t>(aggregator->manifest.repairs, 2);
    if (repairs == allowed || now.steady >= budget.aggregate_cut)
        return aggregator_failed(now, {"invalid_output", problem,
                                       repairs == 0   ? ""
                                       : repairs == 1 ? "after one repair"
                                                      : "after " + std::to_string(repairs) + " repairs",
                                       false, ErrorSource::schema});
    ++repairs;
    const Repair repair{repairs, problem, answer};
    emit(events.debug(now, "aggregator", repair_prompt(repair, allowed)));
    aggregate(now, repair);
}

void Run::Impl::aggregator_failed(Now now, const ComponentError& error) {
    // What the operator forgot, in the word that the page and the original's clients know.
    if (error.code == "missing_key") return fail(now, "missing_key", "missing_key", error.message);
    fail(now, "aggregator: " + error.code + ": " + error.message, error.code, error.detail);
}

}  // namespace cedar::host
