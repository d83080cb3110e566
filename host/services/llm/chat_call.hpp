#pragma once
#include "host/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cedar::host::services::llm {

// What a component asks of `llm.chat`, checked. JSON parts are compact text, passed on as they came.
struct ChatCall {
    std::string messages;         // array of {"role", "content", …}, at least one
    std::string model;            // a role ("main", "fast", "summary") or a model's own name; empty: main
    std::string response_format;  // object, or empty
    std::string format;           // its type: "json_schema", "json_object", "text", or empty
    std::string tools;            // array, or empty
    std::string tool_choice;      // JSON, or empty
    std::optional<double> temperature, top_p;
    std::optional<std::uint32_t> max_tokens;
    std::optional<std::int64_t> seed;
    bool stream = false;
    std::string stream_field;      // "args.text": the one string of a JSON answer that is streamed; empty: all text
    std::size_t prompt_chars = 0;  // of all contents; what token estimates go by
};

// Error invalid_argument names the field, what was expected and what came. `response_format` together with
// `tools` is refused: endpoints differ in what they make of both. Unknown fields are refused by name.
[[nodiscard]] Result<ChatCall> parse_chat_call(std::string_view body);

// What the call makes of the endpoint: "json_schema", "json_object", "tools" or "text".
[[nodiscard]] std::string_view mode_of(const ChatCall& call);

struct WireOptions {
    std::string_view model;              // resolved
    bool max_completion_tokens = false;  // the field's newer name
    bool stream_usage = true;            // ask for usage in the last chunk of a stream
};

// The body of POST {base}/chat/completions. Source: OpenAI API reference, "Create chat completion".
[[nodiscard]] std::string to_wire(const ChatCall& call, const WireOptions& options);

// Tokens, by the rule of thumb of four characters each; for reservations and buckets only.
[[nodiscard]] std::uint64_t estimate_input_tokens(const ChatCall& call);

}  // namespace cedar::host::services::llm
