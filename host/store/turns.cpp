#include "host/store/turns.hpp"

#include "host/core/json.hpp"
#include "host/core/utf8.hpp"
#include "host/store/text.hpp"
#include "host/store/turn_context.hpp"

#include <optional>

namespace cedar::host::store {

namespace {

constexpr const char* kDefaultTitle = "Ask";
constexpr std::size_t kRenameMax = 100;  // code points of a title that an answer gives to its thread

std::int64_t resolve_branch(ProjectDatabase& project, const ChatRequest& request) {
    if (!request.branch_id) return project.main_branch;
    const auto found = project.db.integer("SELECT id FROM branches WHERE id = ? AND project_id = ?",
                                          *request.branch_id, project.project_id);
    return found.value_or(project.main_branch);
}

struct Thread {
    std::int64_t id = 0;
    std::string title;
};

std::optional<Thread> requested_thread(ProjectDatabase& project, const ChatRequest& request) {
    if (!request.thread_id) return std::nullopt;
    auto row = project.db.prepare("SELECT id, title FROM threads WHERE id = ? AND project_id = ?");
    if (!row.bind(*request.thread_id, project.project_id).step()) return std::nullopt;
    return Thread{row.integer(0), std::string(row.text(1))};
}

std::optional<Thread> waiting_thread(ProjectDatabase& project, std::int64_t branch) {
    const auto id = project.db.integer(
        "SELECT id FROM threads WHERE project_id = ? AND branch_id = ? AND title = ? ORDER BY id DESC LIMIT 1",
        project.project_id, branch, kDefaultTitle);
    if (!id) return std::nullopt;
    return Thread{*id, kDefaultTitle};
}

Thread make_thread(ProjectDatabase& project, std::int64_t branch, std::int64_t id, const std::string& now) {
    project.db.run("INSERT INTO threads(id, project_id, branch_id, title, created_at) VALUES(?, ?, ?, ?, ?)", id,
                   project.project_id, branch, kDefaultTitle, now);
    add_version(project.db, "thread", id, R"({"title":"Ask"})", now);
    return {id, kDefaultTitle};
}

struct Message {
    const char* role;
    std::string_view content;
    std::optional<std::string> title, payload;
};

void add_message(ProjectDatabase& project, std::int64_t branch, std::int64_t thread, const Message& message,
                 const std::string& now) {
    project.db.run(
        "INSERT INTO thread_messages(project_id, branch_id, thread_id, role, content, display_title, payload_json, "
        "created_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        project.project_id, branch, thread, message.role, message.content, message.title, message.payload, now);
}

void rename_thread(Database& db, std::int64_t thread, std::string_view title) {
    db.run("UPDATE threads SET title = ? WHERE id = ?", title, thread);
}

// An answer may name its thread only while nobody else has.
void take_title_of_answer(Database& db, const TurnOutcome& outcome) {
    const auto title = utf8_prefix(trim(outcome.title), kRenameMax);
    if (title.empty()) return;
    auto row = db.prepare("SELECT title FROM threads WHERE id = ?");
    if (row.bind(outcome.thread_id).step() && takes_title(row.text(0))) rename_thread(db, outcome.thread_id, title);
}

std::string results_or_null(const TurnOutcome& outcome) {
    return outcome.results_json.empty() ? "null" : outcome.results_json;
}

void add_changelog(ProjectDatabase& project, const TurnOutcome& outcome, const std::string& now) {
    const std::string input =
        "{\"run_id\":" + json_string(outcome.run_id) + ",\"thread_id\":" + std::to_string(outcome.thread_id) + "}";
    const std::string output = "{\"final\":" + (outcome.final_json.empty() ? "null" : outcome.final_json) +
                               ",\"results\":" + results_or_null(outcome) + "}";
    std::optional<std::string> summary;
    if (!outcome.changelog_summary.empty()) summary = outcome.changelog_summary;
    project.db.run(
        "INSERT INTO changelog_entries(project_id, branch_id, action, input_json, output_json, summary_text, "
        "created_at) VALUES(?, ?, 'chat.final', ?, ?, ?, ?)",
        project.project_id, outcome.branch_id, input, output, summary, now);
}

void add_answer(ProjectDatabase& project, const TurnOutcome& outcome, const std::string& now) {
    std::optional<std::string> payload;
    if (!outcome.final_json.empty()) payload = outcome.final_json;
    add_message(project, outcome.branch_id, outcome.thread_id, {"assistant", outcome.text, "Final", payload}, now);
    take_title_of_answer(project.db, outcome);
    add_changelog(project, outcome, now);
}

void add_error(ProjectDatabase& project, const TurnOutcome& outcome, const std::string& now) {
    const std::string payload =
        "{\"run_id\":" + json_string(outcome.run_id) + ",\"error\":" + json_string(outcome.text) + "}";
    add_message(project, outcome.branch_id, outcome.thread_id, {"assistant", outcome.text, "Error", payload}, now);
}

}  // namespace

Turn open_turn(ProjectDatabase& project, const TurnRequest& turn_request, const std::string& now,
               const std::function<std::int64_t()>& new_thread_id) {
    const ChatRequest& request = turn_request.request;
    Transaction transaction(project.db);
    Turn turn;
    turn.branch_id = resolve_branch(project, request);
    auto thread = requested_thread(project, request);
    if (!thread) thread = waiting_thread(project, turn.branch_id);
    if (!thread) thread = make_thread(project, turn.branch_id, new_thread_id(), now);
    turn.thread_id = thread->id;
    turn.thread_title = thread->title;
    if (!request.content.empty()) {
        add_message(project, turn.branch_id, turn.thread_id, {"user", request.content, std::nullopt, std::nullopt},
                    now);
        if (takes_title(thread->title)) {
            turn.thread_title = title_from(request.content);
            turn.title_changed = true;
            rename_thread(project.db, turn.thread_id, turn.thread_title);
        }
    }
    read_context(project, request, turn);
    transaction.commit();
    return turn;
}

void close_turn(ProjectDatabase& project, const TurnOutcome& outcome, const std::string& now) {
    Transaction transaction(project.db);
    const auto thread = project.db.integer("SELECT id FROM threads WHERE id = ? AND project_id = ?",
                                           outcome.thread_id, project.project_id);
    if (!thread) {
        throw ErrorException({ErrorCode::not_found,
                              "there is no thread " + std::to_string(outcome.thread_id) + " in this project",
                              {}});
    }
    const auto keep = [&](const char* role, const char* content, const char* title, const std::string& payload) {
        if (payload.empty()) return;
        add_message(project, outcome.branch_id, outcome.thread_id, {role, content, title, payload}, now);
    };
    keep("assistant", kPromptContent, kPromptTitle, outcome.prompt_json);
    keep("system", kResultsContent, kResultsTitle, outcome.results_json);
    if (outcome.ok) {
        add_answer(project, outcome, now);
    } else {
        add_error(project, outcome, now);
    }
    transaction.commit();
}

}  // namespace cedar::host::store
