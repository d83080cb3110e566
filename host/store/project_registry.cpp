#include "host/store/project_registry.hpp"

#include "host/core/json.hpp"
#include "host/core/utf8.hpp"
#include "host/store/schema.hpp"
#include "host/store/text.hpp"

#include <optional>

namespace cedar::host::store {

namespace {

constexpr std::size_t kTitleMax = 255;  // code points: the column's width

std::string checked_title(std::string_view title) {
    const auto trimmed = trim(title);
    if (first_ill_formed(trimmed) || trimmed.find('\0') != std::string_view::npos) {
        throw ErrorException(
            {ErrorCode::invalid_argument, "project title: expected UTF-8 text, got other bytes", {}});
    }
    const auto size = utf8_length(trimmed);
    if (size == 0 || size > kTitleMax) {
        throw ErrorException({ErrorCode::invalid_argument,
                              "project title: expected 1 to 255 characters, got " + std::to_string(size),
                              {}});
    }
    return std::string(trimmed);
}

Project read_project(const Statement& row) {
    return {row.integer(0), std::string(row.text(1)), std::string(row.text(2))};
}

std::optional<Project> by_title(Database& db, std::string_view title) {
    auto statement = db.prepare("SELECT id, title, created_at FROM projects WHERE title = ?");
    if (!statement.bind(title).step()) return std::nullopt;
    return read_project(statement);
}

}  // namespace

ProjectRegistry::ProjectRegistry(const std::filesystem::path& file, std::chrono::milliseconds busy_timeout)
    : db_(Database::open(file, busy_timeout)) {
    migrate(db_, registry_migrations());
}

std::vector<Project> ProjectRegistry::list() {
    std::vector<Project> projects;
    auto statement = db_.prepare("SELECT id, title, created_at FROM projects ORDER BY id DESC");
    while (statement.step()) projects.push_back(read_project(statement));
    return projects;
}

Project ProjectRegistry::find(std::int64_t id) {
    auto statement = db_.prepare("SELECT id, title, created_at FROM projects WHERE id = ?");
    if (statement.bind(id).step()) return read_project(statement);
    throw ErrorException({ErrorCode::not_found, "there is no project " + std::to_string(id), {}});
}

Project ProjectRegistry::find_by_title(std::string_view title) {
    if (auto project = by_title(db_, trim(title))) return *project;
    throw ErrorException({ErrorCode::not_found,
                          "there is no project titled " + json_string(utf8_prefix(trim(title), kTitleMax)),
                          {}});
}

Project ProjectRegistry::create(std::string_view title, const std::string& created_at) {
    const auto wanted = checked_title(title);
    if (auto found = by_title(db_, wanted)) return *found;  // most calls: no write lock
    Transaction transaction(db_);
    if (auto found = by_title(db_, wanted)) return *found;
    db_.run("INSERT INTO projects(title, created_at) VALUES(?, ?)", wanted, created_at);
    const Project project{db_.last_id(), wanted, created_at};
    db_.run(
        "INSERT INTO versions(entity_type, entity_id, version_num, data, created_at) VALUES('project', ?, 1, ?, ?)",
        project.id, "{\"title\":" + json_string(wanted) + "}", created_at);
    transaction.commit();
    return project;
}

std::int64_t ProjectRegistry::next_thread_id() {
    Transaction transaction(db_);
    const auto id = db_.integer(
        "INSERT INTO id_sequences(name, last) VALUES('thread', 1) "
        "ON CONFLICT(name) DO UPDATE SET last = last + 1 RETURNING last");
    transaction.commit();
    return id.value();
}

void ProjectRegistry::thread_ids_used_up_to(std::int64_t id) {
    const auto last = db_.integer("SELECT last FROM id_sequences WHERE name = 'thread'");
    if (last.value_or(0) >= id) return;
    Transaction transaction(db_);
    db_.run(
        "INSERT INTO id_sequences(name, last) VALUES('thread', ?1) "
        "ON CONFLICT(name) DO UPDATE SET last = max(last, ?1)",
        id);
    transaction.commit();
}

}  // namespace cedar::host::store
