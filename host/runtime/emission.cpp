#include "host/runtime/emission.hpp"

#include "host/core/json.hpp"

#include <utility>

namespace cedar::host::runtime {
namespace {

// {"text": string}
bool is_text(const JsonValue& body) {
    if (!body.IsObject()) return false;
    const JsonValue* text = find_member(body, "text");
    return text != nullptr && text->IsString();
}

// {"messages": [{"role": string, "content": string}…]}: the array, or null.
const JsonValue* messages_of(const JsonValue& body) {
    const JsonValue* messages = body.IsObject() ? find_member(body, "messages") : nullptr;
    if (messages == nullptr || !messages->IsArray()) return nullptr;
    for (const JsonValue& message : messages->GetArray()) {
        if (!message.IsObject()) return nullptr;
        for (const std::string_view key : {"role", "content"}) {
            const JsonValue* member = find_member(message, key);
            if (member == nullptr || !member->IsString()) return nullptr;
        }
    }
    return messages;
}

}  // namespace

std::optional<EmitKind> to_emit_kind(std::string_view kind) {
    if (kind == "progress") return EmitKind::progress;
    if (kind == "token") return EmitKind::token;
    if (kind == "prompt") return EmitKind::prompt;
    return std::nullopt;
}

Result<Emission> check_emission(EmitKind kind, std::string_view body, std::size_t max_bytes) {
    const auto document = parse_json(body, {.max_bytes = max_bytes});
    if (!document) return document.error();
    if (kind != EmitKind::prompt) {
        if (is_text(*document)) return Emission{std::string(body), {}};
        return Error{ErrorCode::invalid_argument, "emit: expected {\"text\": string}", {}};
    }
    const JsonValue* messages = messages_of(*document);
    if (messages != nullptr) {
        std::string prompt = to_json(*messages);
        std::string shown = R"({"messages":)" + prompt + "}";
        return Emission{std::move(shown), std::move(prompt)};
    }
    return Error{ErrorCode::invalid_argument, "emit: expected {\"messages\": [{\"role\", \"content\"}]}", {}};
}

}  // namespace cedar::host::runtime
