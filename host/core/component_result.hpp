#pragma once
#include "host/core/error.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host {

struct Component;

enum class ResultStatus { ok, error, timeout, crashed, invalid_output, cancelled, rejected, denied, late };
std::string_view to_string(ResultStatus status);

enum class ErrorSource { host, transport, provider, component, schema };
std::string_view to_string(ErrorSource source);

struct ComponentError {
    std::string code;     // snake_case
    std::string message;  // one sentence
    std::string detail;   // may be empty
    bool retryable = false;
    ErrorSource source = ErrorSource::host;
};

struct Usage {
    std::uint64_t input_tokens = 0, output_tokens = 0, cached_tokens = 0;
    double cost = 0;  // US dollars

    Usage& operator+=(const Usage& other);
};

// What models did for a component, over all its calls of one invocation.
struct ModelUse {
    std::uint32_t calls = 0, attempts = 0;  // calls of the service; HTTP attempts of them all
    std::string attempts_json;              // elements of a JSON array, the first 32, or empty
    std::string model;                      // of the last call that was answered, as the endpoint names it
    std::string mode;                       // "json_schema", "json_object", "tools" or "text", of the same call
    Usage usage;

    void add(const ModelUse& other);
};

// Normalised outcome of one component in one run.
struct ComponentResult {
    std::string component;
    std::string version;
    ResultStatus status = ResultStatus::error;
    std::string content;                  // JSON text valid against the output schema; empty unless ok
    std::optional<ComponentError> error;  // absent exactly when ok
    std::string debug_prompt;             // JSON array of {"role","content"}, or empty
    std::chrono::microseconds duration{0};
    std::uint32_t attempts = 1;  // of the model's endpoint, all calls together; 1 without a model
    Usage usage;
    ModelUse model;
    std::string prompt_hash;  // sha256 of the template, hex, or empty
    // What an aggregator answered where that was refused (invalid_output), UTF-8: the run may ask to have it
    // mended.
    std::optional<std::string> refused;

    [[nodiscard]] bool ok() const { return status == ResultStatus::ok; }
};

// What came back over the boundary, before anyone looked at it.
struct RawOutcome {
    std::int32_t status = 0;   // cedar_status that `invoke` returned
    bool answered = false;     // whether `answer` was called
    std::string body;          // the answer as given
    std::string error_json;    // what `fail` was given, or empty
    std::string debug_prompt;  // JSON array, or empty
    std::string prompt_hash;
    std::chrono::microseconds duration{0};
    Usage usage;  // what the worker itself counted; a model's is in `model`
    ModelUse model;
};

// The rules, in order: status not OK -> error (denied for CEDAR_DENIED, timeout for CEDAR_DEADLINE, cancelled for
// CEDAR_CANCELLED) with error_json's fields where it has them, invalid_output where its code is that; OK without an
// answer -> error "no_answer";
// a body that is not JSON, not UTF-8, too large [max_output_bytes] or outside the output schema -> invalid_output;
// else ok. Thread: any. It is the expensive part of a result: call it where the component ran.
[[nodiscard]] ComponentResult normalise(const Component& component, RawOutcome&& outcome,
                                        std::size_t max_output_bytes = 1024 * 1024);

// A result that the host decides itself: timeout, cancelled, crashed, rejected.
[[nodiscard]] ComponentResult make_failure(const Component& component, ResultStatus status, ComponentError error,
                                           std::chrono::microseconds duration);

}  // namespace cedar::host
