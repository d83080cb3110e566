#pragma once
#include "host/core/chat_request.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace cedar::host::http {

struct CancelMessage {
    std::string run_id;
};
struct ResumeMessage {
    std::string run_id;
    std::uint64_t after_seq = 0;
    bool keep_open = false;
};
// What a client may say on a chat socket.
using ChatMessage = std::variant<ChatRequest, CancelMessage, ResumeMessage>;

// By `action`: "chat" or absent, "cancel", "resume"; what is not a JSON object is for parse_chat_request.
// Error invalid_argument: the message names the field, what was expected and what came. Thread: any.
[[nodiscard]] Result<ChatMessage> parse_chat_message(std::string_view text);

}  // namespace cedar::host::http
