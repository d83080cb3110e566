#pragma once
#include "host/ports/service.hpp"
#include "host/services/llm/chat_reply.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::services::llm {

// One HTTP attempt, as the result lists it.
struct Attempt {
    int http_status = 0;  // 0: no response
    std::string error;    // our word: "connect_timeout", "http_429", …; empty: it succeeded
    std::chrono::milliseconds waited{0}, took{0};
};

// Why a call failed, in our words, with the provider's kept apart.
struct CallFailure {
    std::int32_t status = 0;           // cedar_status
    std::string code;                  // snake_case: "missing_key", "provider_error", "time_limit_stall", …
    std::string message;               // one sentence of ours
    std::string detail;                // of the transport, or empty
    std::string_view source = "host";  // "host", "transport" or "provider"
    bool retryable = false;
    ProviderError provider;  // status 0: it said nothing
};

// How an answer came about.
struct Manner {
    std::string_view mode;  // mode_of
    bool streamed = false;
};

// The reply as host/services/README.md has it, and what it cost for the component's result.
[[nodiscard]] ServiceReply success_reply(const ChatReply& reply, const Manner& manner,
                                         const std::vector<Attempt>& attempts);

// {"code","message","detail","retryable","source","provider"?:{"status","code","message"},"attempts"}. `spent`:
// what a call that broke off is reckoned to have used.
[[nodiscard]] ServiceReply failure_reply(const CallFailure& failure, const std::vector<Attempt>& attempts,
                                         const Usage& spent = {});

}  // namespace cedar::host::services::llm
