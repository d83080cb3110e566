#include "host/core/turn.hpp"

#include "host/core/json.hpp"
#include "host/core/utf8.hpp"

namespace cedar::host {
namespace {

constexpr std::size_t kTitleCharacters = 10;
constexpr std::string_view kUntitled = "(untitled)";

constexpr std::string_view kSystem =
    "You work inside a host that asks several components for their part of an answer and reconciles what comes "
    "back. "
    "Rely on the material of this project and on what the components return. Do not invent sources, figures or "
    "results. Where the material is silent, say so.";
constexpr std::string_view kUploadPolicy =
    " The focused file is stored and classified already: do not ask for it again; read its passages, or its table "
    "where it was imported as one.";

void add_part(std::vector<PromptMessage>& out, std::string_view label, const std::string& json,
              std::string_view empty) {
    if (json.empty() || json == empty) return;
    out.push_back({"user", std::string(label)});
    out.push_back({"user", json});
}

}  // namespace

std::vector<PromptMessage> prepare_prompt(const ChatRequest& request, const Turn& turn) {
    if (!request.replay_messages.empty()) return request.replay_messages;
    std::vector<PromptMessage> out;
    auto system = std::string(kSystem);
    if (!turn.file_display_name.empty()) system += kUploadPolicy;
    out.push_back({"system", std::move(system)});
    add_part(out, "Files and databases of this project, newest first (JSON):", turn.resources_json,
             R"({"files":[],"databases":[]})");
    add_part(out, "This conversation so far, oldest first (JSON):", turn.history_json, "[]");
    add_part(out, "Notes on this branch (JSON):", turn.notes_json, "[]");
    add_part(out, "Recent changes on this branch (JSON):", turn.changelog_json, "[]");
    add_part(out, "What the user is looking at (JSON):", turn.focus_json, "{}");
    out.push_back({"user", "What the user asks now:"});
    out.push_back({"user", request.content.empty() ? "(empty)" : request.content});
    return out;
}

std::string prompt_to_json(const std::vector<PromptMessage>& messages) {
    std::string out = "[";
    for (const auto& message : messages) {
        if (out.size() > 1) out.push_back(',');
        out += "{\"role\":";
        append_json_string(out, message.role);
        out += ",\"content\":";
        append_json_string(out, message.content);
        out.push_back('}');
    }
    out.push_back(']');
    return out;
}

std::string title_from(std::string_view content) {
    const auto line = content.substr(0, content.find_first_of("\r\n"));
    const auto title = utf8_prefix(line, kTitleCharacters);
    return title.find_first_not_of(" \t") == std::string_view::npos ? std::string(kUntitled) : std::string(title);
}

bool takes_title(std::string_view title) {
    return title.empty() || title == "Ask" || title == "New Thread" || title.substr(0, 5) == "File:" ||
           title.substr(0, 3) == "DB:";
}

}  // namespace cedar::host
