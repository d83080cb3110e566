#pragma once
#include "host/core/error.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host {

struct PromptMessage {
    std::string role;  // "system", "user", "assistant"
    std::string content;
};

// One chat request, as the client sent it. Source: CedarPy's wire (kept), plus components, aggregator, selector,
// timeout_ms, quorum, required, keep_open.
struct ChatRequest {
    std::string content;                    // trimmed UTF-8; may be empty
    std::optional<std::int64_t> branch_id;  // absent: Main
    std::optional<std::int64_t> thread_id;
    std::optional<std::int64_t> file_id;
    std::optional<std::int64_t> dataset_id;
    bool debug = false;
    bool keep_open = false;
    std::vector<std::string> components;               // explicit list; empty: the selector decides
    std::string aggregator;                            // empty: configuration decides
    std::string selector;                              // as aggregator; "builtin": this host's own selection
    std::optional<std::chrono::milliseconds> timeout;  // the run's budget
    std::optional<std::uint32_t> quorum;               // first k ok end the fan-out
    std::vector<std::string> required;                 // must be ok, else the run ends in an error
    std::vector<PromptMessage> replay_messages;        // replaces the prepared prompt verbatim
};

// Text that is not JSON is the content. JSON that is not an object, or an object with an unusable field,
// is Error invalid_argument whose message names the field, what was expected and what came.
// Numeric strings are accepted for ids, as the original's clients send them. Unknown fields are ignored.
// `action` other than "chat" (or absent) is not for this parser. Thread: any.
[[nodiscard]] Result<ChatRequest> parse_chat_request(std::string_view text);

}  // namespace cedar::host
