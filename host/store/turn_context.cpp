#include "host/store/turn_context.hpp"

#include "host/core/json.hpp"
#include "host/core/utf8.hpp"
#include "host/store/text.hpp"
#include "host/store/turns.hpp"

#include <algorithm>
#include <vector>

namespace cedar::host::store {

namespace {

// Limits of what a prompt is told. Source: the original's.
constexpr int kResourcesMax = 200;
constexpr int kHistoryMax = 15;
constexpr int kNotesMax = 50;
constexpr int kChangelogMax = 50;
constexpr std::size_t kMessageChars = 2000;
constexpr std::size_t kNoteChars = 1000;
constexpr std::size_t kTextChars = 500;
constexpr std::size_t kFileTextChars = 350;

// One JSON object, member by member; a null column is null.
class Object {
public:
    explicit Object(const Statement& row) : row_(row) {}
    Object& number(const char* key, int column) {
        begin(key) += row_.is_null(column) ? "null" : std::to_string(row_.integer(column));
        return *this;
    }
    Object& text(const char* key, int column, std::size_t max_chars = 0) {
        auto value = row_.text(column);
        if (max_chars > 0) value = utf8_prefix(value, max_chars);
        if (row_.is_null(column)) {
            begin(key) += "null";
        } else {
            append_json_string(begin(key), value);
        }
        return *this;
    }
    Object& json(const char* key, int column) {  // a column that holds JSON; anything else is null
        const auto value = row_.text(column);
        begin(key) += !value.empty() && check_json(value) ? value : "null";
        return *this;
    }
    [[nodiscard]] std::string take() { return (out_.empty() ? "{" : std::move(out_)) + "}"; }

private:
    std::string& begin(const char* key) {
        out_ += out_.empty() ? "{\"" : ",\"";
        out_ += key;
        return out_ += "\":";
    }
    const Statement& row_;
    std::string out_;
};

std::string array_of(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const auto& item : items) {
        if (out.size() > 1) out += ',';
        out += item;
    }
    return out += ']';
}

template <class ToObject>
std::vector<std::string> objects(Statement& rows, ToObject to_object) {
    std::vector<std::string> items;
    while (rows.step()) {
        Object object(rows);
        to_object(object);
        items.push_back(object.take());
    }
    return items;
}

// From Main everything is seen, from another branch that one and Main.
constexpr const char* kVisible =
    " WHERE project_id = ?1 AND (?2 = ?3 OR branch_id IN (?2, ?3)) ORDER BY id DESC LIMIT ?4";

std::string resources(ProjectDatabase& project, const Turn& turn) {
    auto files = project.db.prepare(
        std::string("SELECT id, ai_title, display_name, structure, file_type, mime_type, size_bytes FROM files") +
        kVisible);
    files.bind(project.project_id, turn.branch_id, project.main_branch, kResourcesMax);
    auto databases = project.db.prepare(std::string("SELECT id, name, description FROM datasets") + kVisible);
    databases.bind(project.project_id, turn.branch_id, project.main_branch, kResourcesMax);
    const auto file_items = objects(files, [](Object& o) {
        o.number("id", 0).text("title", 1).text("display_name", 2).text("structure", 3);
        o.text("file_type", 4).text("mime_type", 5).number("size_bytes", 6);
    });
    const auto database_items =
        objects(databases, [](Object& o) { o.number("id", 0).text("name", 1).text("description", 2, kTextChars); });
    return "{\"files\":" + array_of(file_items) + ",\"databases\":" + array_of(database_items) + "}";
}

std::string history(ProjectDatabase& project, const Turn& turn) {
    auto rows = project.db.prepare(
        "SELECT role, display_title, content FROM thread_messages WHERE project_id = ?1 AND thread_id = ?2 "
        "AND NOT (coalesce(display_title, '') = ?3 AND content = ?4) "
        "AND NOT (coalesce(display_title, '') = ?5 AND content = ?6) ORDER BY id DESC LIMIT ?7");
    rows.bind(project.project_id, turn.thread_id, kPromptTitle, kPromptContent, kResultsTitle, kResultsContent,
              kHistoryMax);
    auto items =
        objects(rows, [](Object& o) { o.text("role", 0).text("title", 1).text("content", 2, kMessageChars); });
    std::ranges::reverse(items);
    return array_of(items);
}

std::string notes(ProjectDatabase& project, const Turn& turn) {
    auto rows = project.db.prepare(
        "SELECT id, tags, content, created_at FROM notes WHERE project_id = ? AND branch_id = ? ORDER BY id DESC "
        "LIMIT ?");
    rows.bind(project.project_id, turn.branch_id, kNotesMax);
    return array_of(objects(rows, [](Object& o) {
        o.number("id", 0).json("tags", 1).text("content", 2, kNoteChars).text("created_at", 3);
    }));
}

std::string changelog(ProjectDatabase& project, const Turn& turn) {
    auto rows = project.db.prepare(
        "SELECT created_at, action, summary_text FROM changelog_entries WHERE project_id = ? AND branch_id = ? "
        "ORDER BY id DESC LIMIT ?");
    rows.bind(project.project_id, turn.branch_id, kChangelogMax);
    return array_of(
        objects(rows, [](Object& o) { o.text("when", 0).text("action", 1).text("summary", 2, kTextChars); }));
}

std::string focused_file(ProjectDatabase& project, const ChatRequest& request, Turn& turn) {
    if (!request.file_id) return {};
    auto row = project.db.prepare(
        "SELECT display_name, file_type, structure, ai_title, ai_category, ai_description FROM files "
        "WHERE id = ? AND project_id = ?");
    if (!row.bind(*request.file_id, project.project_id).step()) return {};
    turn.file_display_name = row.text(0);
    turn.file_type = row.text(1);
    turn.file_structure = row.text(2);
    Object object(row);
    object.text("display_name", 0).text("file_type", 1).text("structure", 2);
    object.text("ai_title", 3).text("ai_category", 4).text("ai_description", 5, kFileTextChars);
    return "\"file\":" + object.take();
}

std::string focused_dataset(ProjectDatabase& project, const ChatRequest& request) {
    if (!request.dataset_id) return {};
    auto row = project.db.prepare("SELECT name, description FROM datasets WHERE id = ? AND project_id = ?");
    if (!row.bind(*request.dataset_id, project.project_id).step()) return {};
    return "\"dataset\":" + Object(row).text("name", 0).text("description", 1, kTextChars).take();
}

}  // namespace

void read_context(ProjectDatabase& project, const ChatRequest& request, Turn& turn) {
    turn.resources_json = resources(project, turn);
    turn.history_json = history(project, turn);
    turn.notes_json = notes(project, turn);
    turn.changelog_json = changelog(project, turn);
    std::string focus = focused_file(project, request, turn);
    const std::string dataset = focused_dataset(project, request);
    if (!focus.empty() && !dataset.empty()) focus += ',';
    focus += dataset;
    if (!focus.empty()) turn.focus_json = "{" + focus + "}";
}

}  // namespace cedar::host::store
