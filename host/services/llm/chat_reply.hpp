#pragma once
#include "host/core/component_result.hpp"
#include "host/core/error.hpp"
#include "host/services/llm/sse_parser.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::services::llm {

// What a model answered, one choice.
struct ChatReply {
    std::string text;           // may be empty when there are tool calls
    std::string tool_calls;     // JSON array, or empty
    std::string model;          // as the endpoint names it
    std::string finish_reason;  // "stop", "length", "tool_calls", "content_filter", …
    std::string refusal;        // the model's own words when it declined, or empty
    Usage usage;                // cost not filled in
    bool has_usage = false;
};

// Reads the body of a response that is not streamed. Foreign text: bounded, UTF-8 checked, no key twice.
// Error corrupt: says what was expected of the body and what came.
[[nodiscard]] Result<ChatReply> parse_chat_reply(std::string_view body);

// Puts a streamed answer together. Not thread-safe.
class StreamAssembler {
public:
    explicit StreamAssembler(std::size_t max_text_bytes = std::size_t{4} << 20) : max_text_bytes_(max_text_bytes) {}

    // Takes one event; the text it added is appended to `delta`. Error corrupt: not a chunk; unavailable: the
    // provider sent an error inside the stream (detail has its words); limit: the answer grew too long.
    [[nodiscard]] Result<void> take(const SseEvent& event, std::string& delta);
    [[nodiscard]] bool done() const { return done_; }  // "[DONE]" was seen
    // The whole answer. Error corrupt: the stream ended before it was finished.
    [[nodiscard]] Result<ChatReply> finish() const;

private:
    struct ToolCall {
        std::string id, name, arguments;
    };
    Result<void> take_tool_calls(const void* value);  // a JsonValue; kept out of the header

    std::size_t max_text_bytes_;
    ChatReply reply_;
    std::vector<ToolCall> tool_calls_;
    bool done_ = false;
};

// What a provider said when it refused: its own words, kept apart from ours.
struct ProviderError {
    int status = 0;
    std::string code;     // its "code" or "type", or empty
    std::string message;  // its "message"; the start of the body when it is not JSON
};
[[nodiscard]] ProviderError parse_provider_error(int status, std::string_view content_type, std::string_view body);

}  // namespace cedar::host::services::llm
