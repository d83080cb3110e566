#include "host/services/llm/chat_call.hpp"

#include "host/core/json.hpp"

#include <array>
#include <charconv>

namespace cedar::host::services::llm {

namespace {

constexpr std::size_t kMessagesMax = 1000;

Error bad(std::string_view field, std::string_view expected, const JsonValue& got) {
    auto came = to_json(got);
    if (came.size() > 80) came = came.substr(0, 77) + "...";
    return Error{
        ErrorCode::invalid_argument,
        "llm.chat: " + std::string(field) + ": expected " + std::string(expected) + ", got " + to_utf8(came),
        {}};
}

std::size_t chars_of(const JsonValue& content) {
    if (content.IsString()) return content.GetStringLength();
    return content.IsNull() ? 0 : to_json(content).size();
}

Result<void> take_messages(const JsonValue& value, ChatCall& call) {
    if (!value.IsArray() || value.Empty() || value.Size() > kMessagesMax) {
        return bad("messages", "an array of 1 to 1000 messages", value);
    }
    for (const auto& message : value.GetArray()) {
        if (!message.IsObject() || string_member(message, "role").empty()) {
            return bad("messages", "objects with a role", message);
        }
        const auto* content = find_member(message, "content");
        const bool usable = content != nullptr && (content->IsString() || content->IsArray());
        if (!usable && find_member(message, "tool_calls") == nullptr) {
            return bad("messages", "a content of text or parts", message);
        }
        if (content != nullptr) call.prompt_chars += chars_of(*content);
    }
    call.messages = to_json(value);
    return {};
}

Result<void> take_number(std::string_view name, const JsonValue& value, double low, double high,
                         std::optional<double>& out) {
    if (!value.IsNumber() || value.GetDouble() < low || value.GetDouble() > high) {
        return bad(name,
                   "a number from " + std::to_string(static_cast<int>(low)) + " to " +
                       std::to_string(static_cast<int>(high)),
                   value);
    }
    out = value.GetDouble();
    return {};
}

Result<void> take_text_and_flags(std::string_view name, const JsonValue& value, ChatCall& call) {
    if (name == "model") {
        if (!value.IsString()) return bad(name, "a string", value);
        call.model.assign(value.GetString(), value.GetStringLength());
    } else if (name == "stream") {
        if (!value.IsBool()) return bad(name, "true or false", value);
        call.stream = value.GetBool();
    } else if (name == "stream_field") {
        if (!value.IsString() || value.GetStringLength() == 0) return bad(name, "keys joined by dots", value);
        call.stream_field = value.GetString();
    } else if (name == "max_tokens") {
        if (!value.IsUint() || value.GetUint() == 0) return bad(name, "an integer above 0", value);
        call.max_tokens = value.GetUint();
    } else if (name == "seed") {
        if (!value.IsInt64()) return bad(name, "an integer", value);
        call.seed = value.GetInt64();
    } else {
        return Error{ErrorCode::invalid_argument,
                     "llm.chat: expected messages, model, response_format, tools, tool_choice, temperature, top_p, "
                     "max_tokens, seed, stream or stream_field, got the unknown field " +
                         json_string(name),
                     {}};
    }
    return {};
}

Result<void> take_field(std::string_view name, const JsonValue& value, ChatCall& call) {
    if (name == "messages") return take_messages(value, call);
    if (name == "temperature") return take_number(name, value, 0, 2, call.temperature);
    if (name == "top_p") return take_number(name, value, 0, 1, call.top_p);
    if (name == "response_format") {
        if (!value.IsObject() || string_member(value, "type").empty())
            return bad(name, "an object with a type", value);
        call.format = string_member(value, "type");
        if (call.format != "json_schema" && call.format != "json_object" && call.format != "text")
            return bad(name, "the type json_schema, json_object or text", value);
        call.response_format = to_json(value);
        return {};
    }
    if (name == "tools") {
        if (!value.IsArray() || value.Empty()) return bad(name, "an array of at least one tool", value);
        call.tools = to_json(value);
        return {};
    }
    if (name == "tool_choice") {
        if (!value.IsString() && !value.IsObject()) return bad(name, "a string or an object", value);
        call.tool_choice = to_json(value);
        return {};
    }
    return take_text_and_flags(name, value, call);
}

void append_number(std::string& out, std::string_view name, double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out += ",\"";
    out += name;
    out += "\":";
    out.append(digits.data(), end);
}

void append_json(std::string& out, std::string_view name, std::string_view json) {
    if (json.empty()) return;
    out += ",\"";
    out += name;
    out += "\":";
    out += json;
}

}  // namespace

Result<ChatCall> parse_chat_call(std::string_view body) {
    JsonLimits limits;
    limits.max_bytes = std::size_t{8} << 20;
    auto document = parse_json(body, limits);
    if (!document) return document.error();
    if (!document->IsObject()) return bad("body", "an object", *document);
    ChatCall call;
    const JsonValue& fields = *document;
    for (const auto& member : fields.GetObject()) {
        const std::string_view name(member.name.GetString(), member.name.GetStringLength());
        if (member.value.IsNull()) continue;  // an optional left empty
        if (auto taken = take_field(name, member.value, call); !taken) return taken.error();
    }
    if (call.messages.empty()) {
        return Error{ErrorCode::invalid_argument, "llm.chat: messages: expected an array, got nothing", {}};
    }
    if (!call.tools.empty() && !call.response_format.empty()) {
        return Error{ErrorCode::invalid_argument, "llm.chat: expected tools or response_format, got both", {}};
    }
    if (!call.stream_field.empty() && !call.stream) {
        return Error{ErrorCode::invalid_argument,
                     "llm.chat: stream_field: expected beside \"stream\": true, got it alone",
                     {}};
    }
    return call;
}

std::string_view mode_of(const ChatCall& call) {
    if (!call.tools.empty()) return "tools";
    return call.format == "json_schema" || call.format == "json_object" ? std::string_view(call.format) : "text";
}

std::string to_wire(const ChatCall& call, const WireOptions& options) {
    std::string out;
    out.reserve(call.messages.size() + call.tools.size() + call.response_format.size() + 256);
    out += "{\"model\":";
    append_json_string(out, options.model);
    append_json(out, "messages", call.messages);
    append_json(out, "response_format", call.response_format);
    append_json(out, "tools", call.tools);
    append_json(out, "tool_choice", call.tool_choice);
    if (call.temperature) append_number(out, "temperature", *call.temperature);
    if (call.top_p) append_number(out, "top_p", *call.top_p);
    if (call.max_tokens) {
        append_json(out, options.max_completion_tokens ? "max_completion_tokens" : "max_tokens",
                    std::to_string(*call.max_tokens));
    }
    if (call.seed) append_json(out, "seed", std::to_string(*call.seed));
    if (call.stream) {
        out += ",\"stream\":true";
        if (options.stream_usage) out += ",\"stream_options\":{\"include_usage\":true}";
    }
    out += '}';
    return out;
}

std::uint64_t estimate_input_tokens(const ChatCall& call) {
    return call.prompt_chars / 4 + 8;
}

}  // namespace cedar::host::services::llm
