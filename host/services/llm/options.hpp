#pragma once
#include "host/services/llm/capabilities.hpp"
#include "host/services/llm/circuit_breaker.hpp"
#include "host/services/llm/http_transport.hpp"
#include "host/services/llm/retry_policy.hpp"
#include "host/services/llm/spend.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace cedar::host::services::llm {

// How long each stage of a call may take; what is left until the caller's deadline bounds them all.
struct TimeLimits {
    std::chrono::milliseconds queue{30000};       // llm.queue_timeout_ms: for a place, a token or a closed breaker
    std::chrono::milliseconds connect{5000};      // llm.connect_timeout_ms
    std::chrono::milliseconds first_byte{60000};  // llm.first_byte_timeout_ms: from the start of an attempt
    std::chrono::milliseconds stall{30000};       // llm.stall_timeout_ms: between two chunks
    std::chrono::milliseconds total{120000};      // llm.total_timeout_ms: all attempts together
};

// One OpenAI-compatible endpoint with one key.
struct LlmOptions {
    std::string base_url = "https://api.openai.com/v1";  // llm.base_url: without a slash at its end
    std::string api_key;                                 // a secret: never logged; empty: `missing_key`
    std::string model_main = "gpt-5", model_fast = "gpt-5-mini", model_summary = "gpt-5-nano";
    std::size_t calls_max = 256;                            // llm.calls_max: transfers at once
    std::size_t queue_max = 10000;                          // llm.queue_max: calls that wait for a place
    double requests_per_minute = 0;                         // llm.requests_per_minute: 0: no limit
    double tokens_per_minute = 0;                           // llm.tokens_per_minute
    std::size_t max_response_bytes = std::size_t{4} << 20;  // llm.max_response_bytes
    bool max_completion_tokens = false;                     // llm.max_tokens_field: the newer name
    std::optional<Capabilities> capabilities;               // llm.capabilities: none: they are probed
    TimeLimits time;
    RetryOptions retry;
    BreakerOptions breaker;
    SpendLimits spend;
    std::filesystem::path day_file;                    // keeps what the day cost over a restart; empty: not kept
    std::map<std::string, Price, std::less<>> prices;  // by the model's name; unknown models cost 0
    HttpTransportOptions transport;
};

// Which model a call means: the one of a role, or the name as it is.
[[nodiscard]] const std::string& model_of(const LlmOptions& options, const std::string& name_or_role);

}  // namespace cedar::host::services::llm
