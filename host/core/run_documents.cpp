#include "host/core/run_documents.hpp"

#include "host/core/event_writer.hpp"
#include "host/core/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace cedar::host {
namespace {

constexpr ResultStatus kStatuses[] = {ResultStatus::ok,       ResultStatus::error,          ResultStatus::timeout,
                                      ResultStatus::crashed,  ResultStatus::invalid_output, ResultStatus::cancelled,
                                      ResultStatus::rejected, ResultStatus::denied,         ResultStatus::late};

// Appends `"key":` with a comma before it unless an object begins.
void key(std::string& out, std::string_view name) {
    if (!out.empty() && out.back() != '{' && out.back() != '[') out.push_back(',');
    out.append("\"").append(name).append("\":");
}
void text(std::string& out, std::string_view name, std::string_view value) {
    key(out, name);
    append_json_string(out, value);
}
void raw(std::string& out, std::string_view name, std::string_view json) {
    key(out, name);
    out += json;
}
void number(std::string& out, std::string_view name, std::uint64_t value) {
    raw(out, name, std::to_string(value));
}
void id(std::string& out, std::string_view name, std::int64_t value) {
    raw(out, name, std::to_string(value));
}

void append_scope(std::string& out, const Turn& turn, std::int64_t project_id) {
    id(out, "project_id", project_id);
    id(out, "branch_id", turn.branch_id);
    id(out, "thread_id", turn.thread_id);
}

// A slot without a result was cancelled with the run.
ResultStatus status_of(const RunSlot& slot) {
    return slot.result ? slot.result->status : ResultStatus::cancelled;
}

void append_entry(std::string& out, const RunSlot& slot, std::size_t max_bytes) {
    const auto& result = *slot.result;
    const bool fits = out.size() + result.content.size() <= max_bytes;
    const bool ok = result.ok() && fits;
    out += out.back() == '[' ? "{" : ",{";
    text(out, "name", result.component);
    text(out, "version", result.version);
    raw(out, "ok", ok ? "true" : "false");
    text(out, "status", to_string(fits ? result.status : ResultStatus::rejected));
    raw(out, "summary", ok ? std::string_view(result.content) : "null");
    if (fits) {
        raw(out, "error", error_json(result.error));
    } else {
        raw(out, "error",
            error_json(ComponentError{"dropped",
                                      "what all components returned is more than " + std::to_string(max_bytes) +
                                          " bytes [run.document_bytes]",
                                      {},
                                      false,
                                      ErrorSource::host}));
    }
    text(out, "reason", slot.candidate.reason);
    raw(out, "duration_ms", ms_json(result.duration));
    out.push_back('}');
}

}  // namespace

std::string candidate_body(const ChatRequest& request, const Turn& turn, std::int64_t project_id) {
    std::string out = "{";
    text(out, "text", request.content);
    text(out, "query", request.content);
    append_scope(out, turn, project_id);
    if (request.file_id) id(out, "file_id", *request.file_id);
    if (request.dataset_id) id(out, "dataset_id", *request.dataset_id);
    return out + '}';
}

std::string aggregator_body(const ChatRequest& request, const Turn& turn, std::int64_t project_id,
                            std::string_view messages, std::span<const RunSlot> slots,
                            const std::optional<Repair>& repair, std::size_t max_bytes) {
    std::string out = R"({"request":{)";
    text(out, "text", request.content);
    append_scope(out, turn, project_id);
    out.push_back('}');
    raw(out, "messages", messages);
    key(out, "candidates");
    out.push_back('[');
    for (const auto& slot : slots) append_entry(out, slot, max_bytes);
    out.push_back(']');
    if (repair) {
        key(out, "repair");
        out.push_back('{');
        number(out, "attempt", repair->attempt);
        text(out, "problem", repair->problem);
        text(out, "answer", repair->answer);
        out.push_back('}');
    }
    return out + '}';
}

bool uses_llm(const Manifest& manifest) {
    return std::find(manifest.needs.begin(), manifest.needs.end(), "llm.chat") != manifest.needs.end();
}

std::string error_json(const std::optional<ComponentError>& error) {
    if (!error) return "null";
    std::string out = "{";
    text(out, "code", error->code);
    text(out, "message", error->message);
    text(out, "detail", error->detail);
    raw(out, "retryable", error->retryable ? "true" : "false");
    text(out, "source", to_string(error->source));
    return out + '}';
}

std::string ms_json(std::chrono::microseconds duration) {
    std::string out;
    append_ms(out, duration);
    return out;
}

std::string usage_json(const Usage& usage) {
    std::string out = "{";
    number(out, "input_tokens", usage.input_tokens);
    number(out, "output_tokens", usage.output_tokens);
    number(out, "cached_tokens", usage.cached_tokens);
    std::array<char, 32> cost{'0'};
    auto* end = cost.data() + 1;
    if (std::isfinite(usage.cost)) end = std::to_chars(cost.data(), cost.data() + cost.size(), usage.cost).ptr;
    raw(out, "cost", {cost.data(), static_cast<std::size_t>(end - cost.data())});
    return out + '}';
}

std::string model_json(const ModelUse& use) {
    std::string out = "{";
    raw(out, "name", use.mode.empty() ? "null" : json_string(use.model));
    raw(out, "mode", use.mode.empty() ? "null" : json_string(use.mode));
    number(out, "calls", use.calls);
    raw(out, "attempts", "[" + use.attempts_json + "]");
    return out + '}';
}

std::string coverage_json(std::span<const RunSlot> slots) {
    std::array<std::uint64_t, std::size(kStatuses)> counts{};
    for (const auto& slot : slots) ++counts[static_cast<std::size_t>(status_of(slot))];
    std::string out = "{";
    number(out, "selected", slots.size());
    for (const auto status : kStatuses) {
        const auto count = counts[static_cast<std::size_t>(status)];
        if (count > 0 || status == ResultStatus::ok) number(out, to_string(status), count);
    }
    return out + '}';
}

std::string missing_json(std::span<const RunSlot> slots) {
    std::string out = "[";
    for (const auto& slot : slots) {
        if (status_of(slot) == ResultStatus::ok) continue;
        out += out.back() == '[' ? "{" : ",{";
        text(out, "component", slot.candidate.component->manifest.id);
        text(out, "status", to_string(status_of(slot)));
        out.push_back('}');
    }
    return out + ']';
}

std::string prompts_json(std::span<const RunSlot> slots, std::span<const PromptHash> others) {
    std::string out = "{";
    for (const auto& slot : slots)
        if (slot.result && !slot.result->prompt_hash.empty())
            text(out, slot.candidate.component->manifest.id, slot.result->prompt_hash);
    for (const auto& [component, hash] : others)
        if (!hash.empty()) text(out, component, hash);
    return out + '}';
}

std::string results_json(std::span<const RunSlot> slots) {
    std::string out = "[";
    for (const auto& slot : slots) {
        out += out.back() == '[' ? "{" : ",{";
        text(out, "component", slot.candidate.component->manifest.id);
        text(out, "status", to_string(status_of(slot)));
        raw(out, "error", slot.result ? error_json(slot.result->error) : "null");
        raw(out, "duration_ms", slot.result ? ms_json(slot.result->duration) : "null");
        out.push_back('}');
    }
    return out + ']';
}

std::string repair_prompt(const Repair& repair, std::uint32_t allowed) {
    return prompt_to_json(
        {{"system", "Repair " + std::to_string(repair.attempt) + " of " + std::to_string(allowed) +
                        ": the host refused the aggregator's answer and asks for another."},
         {"assistant", std::string(repair.answer)},
         {"user", std::string(repair.problem)}});
}

}  // namespace cedar::host
