#pragma once
#include "host/services/llm/call_report.hpp"
#include "host/services/llm/call_state.hpp"
#include "host/services/llm/retry_policy.hpp"

#include <cstdint>
#include <string>

namespace cedar::host::services::llm {

// What an attempt's end means: for the retry rules, and for whoever asked.
struct Verdict {
    AttemptFailure retry;
    CallFailure failure;
    std::string word;  // for the list of attempts: "http_429", "connection", "time_limit_stall"
};

[[nodiscard]] Verdict judge_time(TimeLimit limit, std::chrono::milliseconds allowed);
[[nodiscard]] Verdict judge_connection(HttpEnd end, const std::string& words);
[[nodiscard]] Verdict judge_status(const AttemptState& attempt, UtcTime utc);
[[nodiscard]] Verdict judge_content(const Error& error);  // 200, but not an answer
[[nodiscard]] CallFailure missing_key();
[[nodiscard]] CallFailure unsupported_mode(std::string_view mode, std::string_view model);
// A failure that is the host's own decision.
[[nodiscard]] CallFailure host_failure(std::int32_t status, std::string code, std::string message,
                                       bool retryable = false);

}  // namespace cedar::host::services::llm
