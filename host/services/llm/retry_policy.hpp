#pragma once
#include "host/core/now.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cedar::host::services::llm {

// Where in its life an attempt ran out of time.
enum class TimeLimit { none, queue, connect, first_byte, stall, total };
std::string_view to_string(TimeLimit limit);

// How one HTTP attempt failed, as far as a retry is concerned.
struct AttemptFailure {
    int http_status = 0;      // 0: no response came
    bool connection = false;  // refused, reset, TLS, name resolution: nothing was answered
    TimeLimit time_limit = TimeLimit::none;
    bool streamed = false;                                 // a byte of the answer had already been passed on
    std::optional<std::chrono::milliseconds> retry_after;  // what the provider asked for
};

struct RetryOptions {
    unsigned max_attempts = 4;                         // llm.max_attempts, the first one included
    std::chrono::milliseconds backoff_base{500};       // llm.backoff_base_ms: doubled each time, with full jitter
    std::chrono::milliseconds backoff_max{8000};       // llm.backoff_max_ms
    std::chrono::milliseconds retry_after_max{60000};  // a longer Retry-After is a refusal
};

// Retried: connection errors, time-outs before the first byte, 408, 409, 429, 5xx. Never: after the first streamed
// byte, anything else, and never when the wait would pass the deadline.
[[nodiscard]] bool retryable(const AttemptFailure& failure);

// How long to wait before attempt `attempts_made` + 1, or none: give up. `jitter` in [0, 1) picks the point
// of the back-off window; a Retry-After is obeyed as it is. Source: AWS Architecture Blog 2015, "full jitter".
[[nodiscard]] std::optional<std::chrono::milliseconds> next_wait(const RetryOptions& options,
                                                                 const AttemptFailure& failure,
                                                                 unsigned attempts_made, double jitter,
                                                                 SteadyTime now, SteadyTime deadline);

// `retry-after-ms` (milliseconds, may have a fraction) or `Retry-After` (seconds, may have a fraction, or an
// HTTP date relative to `utc`). None when neither is usable. Source: RFC 9110 section 10.2.3.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view retry_after_ms,
                                                                         std::string_view retry_after, UtcTime utc);

}  // namespace cedar::host::services::llm
