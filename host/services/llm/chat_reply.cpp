#include "host/services/llm/chat_reply.hpp"

#include "host/core/json.hpp"

#include <algorithm>

namespace cedar::host::services::llm {

namespace {

constexpr std::size_t kToolCallsMax = 128;
constexpr std::size_t kExcerptBytes = 300;

Error not_a_reply(std::string message, std::string_view body) {
    return Error{ErrorCode::corrupt, std::move(message), to_utf8(body.substr(0, kExcerptBytes))};
}

std::uint64_t count(const JsonValue& object, std::string_view key) {
    const auto* value = find_member(object, key);
    return value != nullptr && value->IsUint64() ? value->GetUint64() : 0;
}

void take_usage(const JsonValue& root, ChatReply& reply) {
    const auto* usage = find_member(root, "usage");
    if (usage == nullptr || !usage->IsObject()) return;
    reply.has_usage = true;
    reply.usage.input_tokens = count(*usage, "prompt_tokens");
    reply.usage.output_tokens = count(*usage, "completion_tokens");
    const auto* details = find_member(*usage, "prompt_tokens_details");
    if (details != nullptr && details->IsObject()) reply.usage.cached_tokens = count(*details, "cached_tokens");
}

const JsonValue* first_choice(const JsonValue& root) {
    const auto* choices = find_member(root, "choices");
    if (choices == nullptr || !choices->IsArray() || choices->Empty() || !(*choices)[0].IsObject()) return nullptr;
    return &(*choices)[0];
}

Error from_provider(const JsonValue& error) {
    const auto words = error.IsObject() ? string_member(error, "message") : std::string_view{};
    return Error{ErrorCode::unavailable, "the provider reported an error inside its answer",
                 words.empty() ? to_json(error) : std::string(words)};
}

JsonLimits reply_limits() {
    JsonLimits limits;
    limits.max_bytes = std::size_t{8} << 20;
    return limits;
}

}  // namespace

Result<ChatReply> parse_chat_reply(std::string_view body) {
    auto document = parse_json(body, reply_limits());
    if (!document) return not_a_reply("expected a chat completion in JSON, got: " + document.error().message, body);
    if (!document->IsObject()) return not_a_reply("expected a chat completion object", body);
    if (const auto* error = find_member(*document, "error"); error != nullptr && !error->IsNull()) {
        return from_provider(*error);
    }
    const auto* choice = first_choice(*document);
    const auto* message = choice == nullptr ? nullptr : find_member(*choice, "message");
    if (message == nullptr || !message->IsObject()) {
        return not_a_reply("expected choices[0].message in the chat completion", body);
    }
    ChatReply reply;
    reply.model = string_member(*document, "model");
    reply.text = string_member(*message, "content");
    reply.refusal = string_member(*message, "refusal");
    reply.finish_reason = string_member(*choice, "finish_reason");
    if (const auto* calls = find_member(*message, "tool_calls"); calls != nullptr && calls->IsArray()) {
        reply.tool_calls = to_json(*calls);
    }
    take_usage(*document, reply);
    return reply;
}

Result<void> StreamAssembler::take(const SseEvent& event, std::string& delta) {
    if (event.data == "[DONE]") {
        done_ = true;
        return {};
    }
    auto document = parse_json(event.data, reply_limits());
    if (!document || !document->IsObject())
        return not_a_reply("expected a chunk in JSON in the stream", event.data);
    if (const auto* error = find_member(*document, "error"); error != nullptr && !error->IsNull()) {
        return from_provider(*error);
    }
    if (reply_.model.empty()) reply_.model = string_member(*document, "model");
    take_usage(*document, reply_);
    const auto* choice = first_choice(*document);
    if (choice == nullptr) return {};  // the chunk that has the usage has no choice
    if (const auto reason = string_member(*choice, "finish_reason"); !reason.empty()) reply_.finish_reason = reason;
    const auto* part = find_member(*choice, "delta");
    if (part == nullptr || !part->IsObject()) return {};
    const auto text = string_member(*part, "content");
    if (reply_.text.size() + text.size() > max_text_bytes_) {
        return Error{
            ErrorCode::limit, "the streamed answer grew beyond " + std::to_string(max_text_bytes_) + " bytes", {}};
    }
    reply_.text += text;
    delta += text;
    reply_.refusal += string_member(*part, "refusal");
    if (const auto* calls = find_member(*part, "tool_calls"); calls != nullptr) return take_tool_calls(calls);
    return {};
}

Result<void> StreamAssembler::take_tool_calls(const void* value) {
    const auto& calls = *static_cast<const JsonValue*>(value);
    if (!calls.IsArray()) return {};
    for (const auto& part : calls.GetArray()) {
        if (!part.IsObject()) continue;
        const auto index = count(part, "index");
        if (index >= kToolCallsMax)
            return Error{ErrorCode::limit, "the streamed answer has too many tool calls", {}};
        if (tool_calls_.size() <= index) tool_calls_.resize(index + 1);
        auto& call = tool_calls_[index];
        call.id += string_member(part, "id");
        const auto* function = find_member(part, "function");
        if (function == nullptr || !function->IsObject()) continue;
        call.name += string_member(*function, "name");
        call.arguments += string_member(*function, "arguments");
        if (call.arguments.size() > max_text_bytes_) {
            return Error{ErrorCode::limit, "the arguments of a streamed tool call grew too long", {}};
        }
    }
    return {};
}

Result<ChatReply> StreamAssembler::finish() const {
    if (!done_ && reply_.finish_reason.empty()) {
        return Error{ErrorCode::corrupt,
                     "expected the stream to end with a finish reason, it broke off after " +
                         std::to_string(reply_.text.size()) + " bytes of text",
                     {}};
    }
    ChatReply reply = reply_;
    if (tool_calls_.empty()) return reply;
    reply.tool_calls = "[";
    for (const auto& call : tool_calls_) {
        if (reply.tool_calls.size() > 1) reply.tool_calls += ',';
        reply.tool_calls += "{\"id\":" + json_string(call.id) +
                            ",\"type\":\"function\",\"function\":{\"name\":" + json_string(call.name) +
                            ",\"arguments\":" + json_string(call.arguments) + "}}";
    }
    reply.tool_calls += ']';
    return reply;
}

ProviderError parse_provider_error(int status, std::string_view content_type, std::string_view body) {
    ProviderError out;
    out.status = status;
    const auto document = parse_json(body, reply_limits());
    const auto* error = document && document->IsObject() ? find_member(*document, "error") : nullptr;
    if (error != nullptr && error->IsObject()) {
        out.message = string_member(*error, "message");
        out.code = string_member(*error, "code");
        if (out.code.empty()) out.code = string_member(*error, "type");
    } else if (error != nullptr && error->IsString()) {
        out.message = error->GetString();
    } else if (document && document->IsObject()) {
        out.message = string_member(*document, "message");  // vLLM and some proxies
    }
    if (out.message.empty()) {
        out.message = to_utf8(body.substr(0, kExcerptBytes));
        if (content_type.find("html") != std::string_view::npos) out.code = "html_page";
    }
    return out;
}

}  // namespace cedar::host::services::llm
