#pragma once
#include "host/core/component_result.hpp"
#include "host/core/run.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cedar::host {

// One candidate of a run and what became of it.
struct RunSlot {
    Candidate candidate;
    bool required = false;
    std::string prompt, prompt_hash;        // emitted before its end; shown with its result
    std::optional<ComponentResult> result;  // there once it has ended
};

// The JSON documents that a run makes, as host/README.md describes them. Private to core.

// The input of every candidate.
[[nodiscard]] std::string candidate_body(const ChatRequest& request, const Turn& turn, std::int64_t project_id);

// A refused answer of the aggregator, to be mended.
struct Repair {
    std::uint32_t attempt = 0;  // 1, 2
    std::string_view problem, answer;
};
// The aggregator's input. `messages`: the prepared prompt, JSON. Candidates beyond `max_bytes` are handed over as
// dropped.
[[nodiscard]] std::string aggregator_body(const ChatRequest& request, const Turn& turn, std::int64_t project_id,
                                          std::string_view messages, std::span<const RunSlot> slots,
                                          const std::optional<Repair>& repair, std::size_t max_bytes);
// Whether its answer may come from a language model.
[[nodiscard]] bool uses_llm(const Manifest& manifest);

[[nodiscard]] std::string error_json(const std::optional<ComponentError>& error);
[[nodiscard]] std::string ms_json(std::chrono::microseconds duration);
[[nodiscard]] std::string usage_json(const Usage& usage);
// {"name","mode","calls","attempts"}; name and mode are null where no call was answered.
[[nodiscard]] std::string model_json(const ModelUse& use);
// How many were selected, and how many of each status that occurs; `ok` always.
[[nodiscard]] std::string coverage_json(std::span<const RunSlot> slots);
// [{"component","status"}] of those that are not ok.
[[nodiscard]] std::string missing_json(std::span<const RunSlot> slots);
struct PromptHash {
    std::string_view component, hash;
};
// {"<component>": hash of its template} of those that rendered one; `others`: with an empty hash they did not.
[[nodiscard]] std::string prompts_json(std::span<const RunSlot> slots, std::span<const PromptHash> others);
// For the store: [{"component","status","error","duration_ms"}].
[[nodiscard]] std::string results_json(std::span<const RunSlot> slots);
// The debug prompt that shows a repair.
[[nodiscard]] std::string repair_prompt(const Repair& repair, std::uint32_t allowed);

}  // namespace cedar::host
