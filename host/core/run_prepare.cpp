#include "host/core/run_impl.hpp"

#include <algorithm>

namespace cedar::host {
namespace {

constexpr std::size_t kNamedChoices = 8;

// What the client can mend is said in its own words; the rest is the store's doing.
bool is_the_clients(ErrorCode code) {
    return code == ErrorCode::invalid_argument || code == ErrorCode::not_found;
}

}  // namespace

void Run::Impl::prepared(Now now, Result<Turn> result) {
    if (state != State::preparing) return;
    if (!result) {
        const auto& error = result.error();
        return fail(now, (is_the_clients(error.code) ? "" : "store: ") + error.message,
                    std::string(to_string(error.code)), error.detail, false);
    }
    turn = std::move(*result);
    has_turn = true;
    events.set_thread(turn.thread_id);
    prompt = prompt_to_json(prepare_prompt(request, turn));
    time(now);
    if (state != State::preparing) return;
    show_turn(now);
    if (!find_chooser(now)) return;
    if (chooser != nullptr) {
        if (choose_aggregator(now) && has_key(now)) ask_chooser(now);
    } else if (choose_candidates(now) && choose_aggregator(now) && has_key(now)) {
        dispatch(now);
    }
}

void Run::Impl::show_turn(Now now) {
    if (turn.title_changed) emit(events.thread_update(now, turn.thread_title));
    if (!request.content.empty()) {
        emit(events.user_message(now, request.content));
        emit(events.processing(now, turn.file_display_name));
    }
    emit(events.prompt(now, prompt));
    if (request.debug) emit(events.debug(now, "", prompt));
}

bool Run::Impl::choose_candidates(Now now) {
    const auto asked = required_too();
    auto chosen = selector->select(asked, {turn.file_type, turn.file_structure});
    if (!chosen) {
        fail(now, chosen.error().message, std::string(to_string(chosen.error().code)), chosen.error().detail);
        return false;
    }
    fill_slots(std::move(*chosen), asked.required);
    return true;
}

// Without a key whoever needs a model cannot answer; where the run needs its answer, nothing is begun.
bool Run::Impl::has_key(Now now) {
    if (limits.missing_key.empty()) return true;
    std::string who = uses_llm(aggregator->manifest) ? aggregator->manifest.id : "";
    if (who.empty() && chooser != nullptr && uses_llm(chooser->manifest)) who = chooser->manifest.id;
    for (const auto& slot : slots)
        if (who.empty() && slot.required && uses_llm(slot.candidate.component->manifest))
            who = slot.candidate.component->manifest.id;
    if (who.empty()) return true;
    fail(now, "missing_key", "missing_key", who + " needs a language model. " + limits.missing_key);
    return false;
}

ChatRequest Run::Impl::required_too() const {
    auto asked = request;
    asked.required.insert(asked.required.end(), limits.required.begin(), limits.required.end());
    return asked;
}

void Run::Impl::fill_slots(std::vector<Candidate> chosen, const std::vector<std::string>& required) {
    slots.reserve(chosen.size());
    for (auto& candidate : chosen) {
        const auto& id = candidate.component->manifest.id;
        const bool is_required = std::find(required.begin(), required.end(), id) != required.end();
        slots.push_back({std::move(candidate), is_required, {}, {}, {}});
    }
}

// "this host has a.b, c.d", for who named one that is not there.
std::string Run::Impl::role_choices(Role role) const {
    const auto known = selector->registry()->of_role(role);
    if (known.empty()) return "this host has no " + std::string(to_string(role));
    std::string out = "this host has ";
    for (std::size_t i = 0; i < known.size() && i < kNamedChoices; ++i)
        out += (i == 0 ? "" : ", ") + known[i]->manifest.id;
    return out + (known.size() > kNamedChoices ? ", …" : "");
}

// Before anything is dispatched: components that work for nobody would only cost.
bool Run::Impl::choose_aggregator(Now now) {
    const auto& id = request.aggregator.empty() ? limits.aggregator : request.aggregator;
    if (id.empty()) {
        fail(now,
             "aggregator: none: the configuration names none and neither does the request; " +
                 role_choices(Role::aggregator),
             "aggregator_missing", "set the key \"aggregator\" or send the field \"aggregator\"");
        return false;
    }
    aggregator = selector->registry()->find(id);
    if (aggregator != nullptr && aggregator->manifest.role == Role::aggregator) return true;
    const auto what = aggregator == nullptr
                          ? "aggregator: not found: " + id
                          : "aggregator: " + id + " is a " + std::string(to_string(aggregator->manifest.role));
    aggregator = nullptr;
    fail(now, what + "; " + role_choices(Role::aggregator), "aggregator_not_found", "");
    return false;
}

}  // namespace cedar::host
