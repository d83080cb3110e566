#include "host/core/run_impl.hpp"
#include "host/core/selection.hpp"

#include <algorithm>

namespace cedar::host {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

}  // namespace

// Which component chooses the candidates: none when the request lists them itself, or the built-in selection does.
bool Run::Impl::find_chooser(Now now) {
    const auto& id = request.selector.empty() ? limits.selector : request.selector;
    const bool builtin = id.empty() || id == kBuiltinSelector;
    if (!request.components.empty()) {
        if (request.selector.empty() || builtin) return true;
        fail(now, "selector: expected no selector beside a list of components, got " + id, "invalid_argument", "");
        return false;
    }
    if (builtin) return true;
    chooser = selector->registry()->find(id);
    if (chooser != nullptr && chooser->manifest.role == Role::selector) return true;
    const auto what = chooser == nullptr
                          ? "selector: not found: " + id
                          : "selector: " + id + " is a " + std::string(to_string(chooser->manifest.role));
    chooser = nullptr;
    fail(now, what + "; " + role_choices(Role::selector), "selector_not_found", "");
    return false;
}

// At most half of the time that components have: choosing them must leave time to ask them.
void Run::Impl::ask_chooser(Now now) {
    auto suggested = selector->select(required_too(), {turn.file_type, turn.file_structure});
    if (!suggested)
        return fail(now, suggested.error().message, std::string(to_string(suggested.error().code)),
                    suggested.error().detail);
    state = State::selecting;
    selecting_at = now.steady;
    const auto half = (budget.fan_out_cut - now.steady) / 2;
    chooser_deadline =
        now.steady + std::min<SteadyTime::duration>({chooser->manifest.timeout, limits.selector_timeout, half});
    const auto body = std::make_shared<const std::string>(selection_body(
        required_too(), turn, identity.project_id, *selector, *suggested, limits.max_document_bytes));
    emit(events.selecting(now, chooser->manifest.id));
    const JsonLimits bounds{.max_bytes = 2 * limits.max_document_bytes, .max_depth = 128};
    if (const auto valid = chooser->input->validate_text(*body, bounds); !valid)
        return chooser_failed(now, {"invalid_input", valid.error().message, {}, false, ErrorSource::schema});
    act(StartInvocations{{{0, chooser, body, chooser_deadline}}});
    chooser_runs = true;
    first_slot = 1;
    time(now);
}

void Run::Impl::show_chooser_prompt(Now now, const std::string& shown, const std::string& hash) {
    if (shown.empty() || shown == chooser_prompt) return;
    chooser_prompt = shown;
    if (!hash.empty()) chooser_prompt_hash = hash;
    emit(events.debug(now, "selector", shown, hash));
}

void Run::Impl::chooser_ended(Now now, ComponentResult result) {
    chooser_runs = false;
    show_chooser_prompt(now, result.debug_prompt, result.prompt_hash);
    count_usage(result.usage);
    log("COMPLETE", result.component, std::string(to_string(result.status)),
        result.error ? result.error->message : "", result.duration, "");
    if (!result.ok()) {
        const ComponentError unknown{
            std::string(to_string(result.status)), "the selector failed", {}, false, ErrorSource::host};
        return chooser_failed(now, result.error.value_or(unknown));
    }
    const auto asked = required_too();
    auto chosen = verify_selection(result.content, *selector, asked.required, chooser->manifest.id);
    if (!chosen)
        return chooser_failed(now, {"invalid_output", chosen.error().message, {}, false, ErrorSource::schema});
    fill_slots(std::move(*chosen), asked.required);
    if (has_key(now)) dispatch(now);
}

// The built-in selection never stands in for it in silence: somebody chose this selector by name.
void Run::Impl::chooser_failed(Now now, const ComponentError& error) {
    if (error.code == "missing_key") return fail(now, "missing_key", "missing_key", error.message);
    fail(now, "selector: " + error.code + ": " + error.message, error.code, error.detail);
}

void Run::Impl::chooser_timed_out(Now now) {
    const auto waited = ms_json(duration_cast<microseconds>(now.steady - selecting_at));
    chooser_failed(now, {"timeout", chooser->manifest.id + " gave no answer in time",
                         waited + " ms after it was asked", true, ErrorSource::host});
}

std::string Run::Impl::chooser_json() const {
    if (chooser == nullptr) return {};
    const auto& manifest = chooser->manifest;
    return R"({"id":")" + manifest.id + R"(","version":")" + manifest.version.to_string() + R"(","llm":)" +
           (uses_llm(manifest) ? "true" : "false") + '}';
}

}  // namespace cedar::host
