#include "host/core/component_result.hpp"

#include "host/core/component.hpp"
#include "host/core/json.hpp"

#include <cedar/abi.h>

#include <algorithm>
#include <utility>

namespace cedar::host {
namespace {

constexpr std::uint32_t kAttemptsShown = 32;
constexpr JsonLimits kErrorLimits{.max_bytes = 64 * 1024, .max_depth = 16, .unique_keys = true};

struct StatusRow {
    cedar_status status;
    ResultStatus result;
    std::string_view code, message;
    bool retryable;
};

constexpr StatusRow kRows[] = {
    {CEDAR_INTERNAL, ResultStatus::error, "internal", "the component failed", false},
    {CEDAR_INVALID_ARGUMENT, ResultStatus::error, "invalid_argument", "the component refused its input", false},
    {CEDAR_INVALID_CONFIG, ResultStatus::error, "invalid_config", "the component refused its configuration", false},
    {CEDAR_NOT_FOUND, ResultStatus::error, "not_found", "the component did not find what it needs", false},
    {CEDAR_DENIED, ResultStatus::denied, "denied", "the component was denied what it asked for", false},
    {CEDAR_UNSUPPORTED, ResultStatus::error, "unsupported", "the component needs what this host does not have",
     false},
    {CEDAR_CANCELLED, ResultStatus::cancelled, "cancelled", "the invocation was cancelled", false},
    {CEDAR_DEADLINE, ResultStatus::timeout, "timeout", "the component ran past its deadline", true},
    {CEDAR_LIMIT, ResultStatus::error, "limit", "the component met a limit", false},
    {CEDAR_STALE, ResultStatus::error, "stale", "the component used an invocation that had ended", false},
    {CEDAR_UNAVAILABLE, ResultStatus::error, "unavailable", "the component needs something that is down", true},
    {CEDAR_ALREADY, ResultStatus::error, "already_answered", "the component answered twice", false},
};

const StatusRow& row_of(cedar_status status) {
    for (const auto& row : kRows)
        if (row.status == status) return row;
    return kRows[0];  // an unknown status reads as internal
}

// A prompt that is not what it should be is still shown, as one message.
std::string json_string_prompt(const std::string& prompt) {
    std::string out = R"([{"role":"user","content":)";
    append_json_string(out, prompt);
    return out + "}]";
}

// Codes are for programs: snake_case, short. Another one is not taken over.
bool is_code(std::string_view code) {
    return !code.empty() && code.size() <= 64 &&
           code.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

// What `fail` was given, over the status's own words. A broken error document is no error of its own.
void read_error(const std::string& json, ComponentError& error) {
    if (json.empty()) return;
    const auto document = parse_json(json, kErrorLimits);
    if (!document) {
        error.detail = "the component's error document was not usable: " + document.error().message;
        return;
    }
    if (const auto code = string_member(*document, "code"); is_code(code)) error.code = code;
    if (const auto message = string_member(*document, "message"); !message.empty()) error.message = message;
    error.detail = string_member(*document, "detail");
    const auto* retryable = find_member(*document, "retryable");
    if (retryable != nullptr && retryable->IsBool()) error.retryable = retryable->GetBool();
    const auto source = string_member(*document, "source");
    for (const auto known : {ErrorSource::transport, ErrorSource::provider})
        if (source == to_string(known)) error.source = known;
}

void judge_failure(const RawOutcome& outcome, ComponentResult& result) {
    const auto& row = row_of(outcome.status);
    result.status = row.result;
    result.error =
        ComponentError{std::string(row.code), std::string(row.message), {}, row.retryable, ErrorSource::component};
    read_error(outcome.error_json, *result.error);
    // A component that saw itself that what it made is not usable, such as a model's answer.
    if (result.status == ResultStatus::error && result.error->code == "invalid_output")
        result.status = ResultStatus::invalid_output;
}

void refuse(ComponentResult& result, ResultStatus status, std::string code, std::string message,
            ErrorSource source) {
    result.status = status;
    result.error = ComponentError{std::move(code), std::move(message), {}, false, source};
}

void judge_answer(const Component& component, RawOutcome& outcome, std::size_t max_output_bytes,
                  ComponentResult& result) {
    if (!outcome.answered)
        return refuse(result, ResultStatus::error, "no_answer", "the component said OK and gave no answer",
                      ErrorSource::component);
    if (outcome.body.size() > max_output_bytes)
        return refuse(result, ResultStatus::invalid_output, "too_large",
                      "expected an answer of at most " + std::to_string(max_output_bytes) +
                          " bytes [max_output_bytes], got " + std::to_string(outcome.body.size()),
                      ErrorSource::schema);
    const JsonLimits limits{.max_bytes = max_output_bytes};
    if (const auto valid = component.output->validate_text(outcome.body, limits); !valid) {
        if (component.manifest.role == Role::aggregator) result.refused = to_utf8(outcome.body);
        return refuse(result, ResultStatus::invalid_output, "invalid_output", valid.error().message,
                      ErrorSource::schema);
    }
    result.status = ResultStatus::ok;
    result.content = std::move(outcome.body);
}

// A prompt is shown as it is, spliced into an event: only a whole JSON array may get there.
std::string checked_prompt(std::string prompt) {
    if (prompt.empty() || (prompt.front() == '[' && check_json(prompt))) return prompt;
    return json_string_prompt(prompt);
}

}  // namespace

Usage& Usage::operator+=(const Usage& other) {
    input_tokens += other.input_tokens;
    output_tokens += other.output_tokens;
    cached_tokens += other.cached_tokens;
    cost += other.cost;
    return *this;
}

void ModelUse::add(const ModelUse& other) {
    calls += other.calls;
    if (attempts < kAttemptsShown && !other.attempts_json.empty()) {
        attempts_json += (attempts_json.empty() ? "" : ",") + other.attempts_json;
    }
    attempts += other.attempts;
    if (!other.mode.empty()) {
        model = other.model;
        mode = other.mode;
    }
    usage += other.usage;
}

std::string_view to_string(ResultStatus status) {
    switch (status) {
        case ResultStatus::ok: return "ok";
        case ResultStatus::error: return "error";
        case ResultStatus::timeout: return "timeout";
        case ResultStatus::crashed: return "crashed";
        case ResultStatus::invalid_output: return "invalid_output";
        case ResultStatus::cancelled: return "cancelled";
        case ResultStatus::rejected: return "rejected";
        case ResultStatus::denied: return "denied";
        case ResultStatus::late: return "late";
    }
    return "error";
}

std::string_view to_string(ErrorSource source) {
    switch (source) {
        case ErrorSource::host: return "host";
        case ErrorSource::transport: return "transport";
        case ErrorSource::provider: return "provider";
        case ErrorSource::component: return "component";
        case ErrorSource::schema: return "schema";
    }
    return "host";
}

ComponentResult normalise(const Component& component, RawOutcome&& outcome, std::size_t max_output_bytes) {
    ComponentResult result;
    result.component = component.manifest.id;
    result.version = component.manifest.version.to_string();
    result.duration = outcome.duration;
    result.usage = outcome.usage;
    result.usage += outcome.model.usage;
    result.model = std::move(outcome.model);
    result.attempts = std::max(result.attempts, result.model.attempts);
    result.debug_prompt = checked_prompt(std::move(outcome.debug_prompt));
    result.prompt_hash = std::move(outcome.prompt_hash);
    if (outcome.status == CEDAR_OK) {
        judge_answer(component, outcome, max_output_bytes, result);
    } else {
        judge_failure(outcome, result);
    }
    return result;
}

ComponentResult make_failure(const Component& component, ResultStatus status, ComponentError error,
                             std::chrono::microseconds duration) {
    ComponentResult result;
    result.component = component.manifest.id;
    result.version = component.manifest.version.to_string();
    result.status = status;
    result.error = std::move(error);
    result.duration = duration;
    return result;
}

}  // namespace cedar::host
