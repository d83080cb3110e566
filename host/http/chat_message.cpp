#include "host/http/chat_message.hpp"

#include "host/core/json.hpp"
#include "host/http/problem.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::http {
namespace {

Error unusable(std::string message) {
    return {ErrorCode::invalid_argument, std::move(message), ""};
}

bool is_run_id(std::string_view text) {
    const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return text.size() == 32 && std::all_of(text.begin(), text.end(), hex);
}

Result<std::string> run_id_of(const JsonValue& object) {
    const auto run_id = string_member(object, "run_id");
    if (!is_run_id(run_id)) return unusable("run_id: expected 32 lower-case hex digits, got " + in_quotes(run_id));
    return std::string(run_id);
}

Result<bool> flag(const JsonValue& object, std::string_view key) {
    const auto* member = find_member(object, key);
    if (member == nullptr || member->IsNull()) return false;
    if (!member->IsBool()) return unusable(std::string(key) + ": expected true or false");
    return member->GetBool();
}

Result<ChatMessage> parse_resume(const JsonValue& object) {
    ResumeMessage message;
    auto run_id = run_id_of(object);
    if (!run_id) return run_id.error();
    message.run_id = std::move(*run_id);
    if (const auto* after = find_member(object, "after_seq"); after != nullptr && !after->IsNull()) {
        if (!after->IsUint64()) return unusable("after_seq: expected a whole number from 0");
        message.after_seq = after->GetUint64();
    }
    const auto keep_open = flag(object, "keep_open");
    if (!keep_open) return keep_open.error();
    message.keep_open = *keep_open;
    return ChatMessage(std::move(message));
}

Result<ChatMessage> parse_cancel(const JsonValue& object) {
    auto run_id = run_id_of(object);
    if (!run_id) return run_id.error();
    return ChatMessage(CancelMessage{std::move(*run_id)});
}

Result<ChatMessage> parse_chat(std::string_view text) {
    auto request = parse_chat_request(text);
    if (!request) return request.error();
    return ChatMessage(std::move(*request));
}

}  // namespace

Result<ChatMessage> parse_chat_message(std::string_view text) {
    const auto document = parse_json(text);
    if (!document || !document->IsObject()) return parse_chat(text);
    const auto* action = find_member(*document, "action");
    if (action == nullptr || action->IsNull()) return parse_chat(text);
    if (!action->IsString()) return unusable(R"(action: expected "chat", "cancel" or "resume")");
    const std::string_view name(action->GetString(), action->GetStringLength());
    if (name == "chat") return parse_chat(text);
    if (name == "cancel") return parse_cancel(*document);
    if (name == "resume") return parse_resume(*document);
    return unusable(R"(action: expected "chat", "cancel" or "resume", got )" + in_quotes(name));
}

}  // namespace cedar::host::http
