#pragma once
#include "host/core/chat_request.hpp"
#include "host/core/component_result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cedar::host {

// One user message and what answers it, as stored in a thread.
struct TurnRequest {
    std::int64_t project_id = 0;
    std::string run_id;
    ChatRequest request;
};

// What the store prepared for a run, in one transaction: the thread found or made, the user message stored, and
// the context read. JSON fields are arrays ready to be put into a prompt, newest first where the original had it so
// (shared limits: 200 files, 200 databases, 15 messages, 50 notes, 50 changelog entries).
struct Turn {
    std::int64_t branch_id = 0;
    std::int64_t thread_id = 0;
    std::string thread_title;
    bool title_changed = false;     // the thread got its title from this request
    std::string file_display_name;  // of the focused file, or empty
    std::string file_type, file_structure;
    std::string resources_json;  // {"files":[…],"databases":[…]}
    std::string history_json;    // [{"role","title","content"}…], oldest first
    std::string notes_json;      // [{"id","tags","content","created_at"}…]
    std::string changelog_json;  // [{"when","action","summary"}…]
    std::string focus_json;      // {"file"?:{…},"dataset"?:{…}} or empty
};

// How a run ended, for the store.
struct TurnOutcome {
    std::int64_t project_id = 0, branch_id = 0, thread_id = 0;
    std::string run_id;
    bool ok = false;
    std::string title;              // args.title of the final, or empty
    std::string text;               // answer, or the error as shown
    std::string final_json;         // function-call object, or empty
    std::string prompt_json;        // prepared prompt: [{"role","content"}…]
    std::string results_json;       // one entry per component asked: {component,status,error,duration_ms}
    std::string changelog_summary;  // or empty
};

// The prepared prompt of event `prompt`: the original's message order (reference, section 6.3) with the texts
// of this host; `replay_messages` replaces it verbatim. At least three messages, the first of role system.
[[nodiscard]] std::vector<PromptMessage> prepare_prompt(const ChatRequest& request, const Turn& turn);
[[nodiscard]] std::string prompt_to_json(const std::vector<PromptMessage>& messages);

// First 10 characters (code points) of the content's first line, or "(untitled)".
[[nodiscard]] std::string title_from(std::string_view content);
// Whether a thread with this title takes its title from its first message: empty, "Ask", "New Thread", or one that
// begins with "File:" or "DB:".
[[nodiscard]] bool takes_title(std::string_view title);

}  // namespace cedar::host
