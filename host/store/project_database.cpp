#include "host/store/project_database.hpp"

#include "host/core/json.hpp"
#include "host/ports/log.hpp"
#include "host/store/schema.hpp"

#include <system_error>

namespace cedar::host::store {

namespace {

void say(Log& log, LogLevel level, std::int64_t project_id, const std::string& message) {
    LogRecord record;
    record.level = level;
    record.stage = "store";
    record.message = message;
    record.pid = project_id;
    log.write(record);
}

std::int64_t ensure_main(Database& db, const Project& project) {
    constexpr auto kFind = "SELECT id FROM branches WHERE project_id = ? AND name = 'Main'";
    if (const auto found = db.integer(kFind, project.id)) return *found;
    Transaction transaction(db);
    if (const auto found = db.integer(kFind, project.id)) return *found;
    db.run("INSERT OR IGNORE INTO projects(id, title, created_at) VALUES(?, ?, ?)", project.id, project.title,
           project.created_at);
    db.run("INSERT INTO branches(project_id, name, is_default, created_at) VALUES(?, 'Main', 1, ?)", project.id,
           project.created_at);
    const auto main = db.last_id();
    add_version(db, "branch", main, R"({"name":"Main"})", project.created_at);
    transaction.commit();
    return main;
}

// VACUUM by another program may renumber doc_chunks, whose rowid is not an alias of a column; the index would then
// point at other passages. The highest rowid tells.
void mend_index(Database& db, std::int64_t project_id, Log& log) {
    constexpr auto kChunks = "SELECT rowid FROM doc_chunks ORDER BY rowid DESC LIMIT 1";
    constexpr auto kIndex = "SELECT rowid FROM doc_chunks_fts ORDER BY rowid DESC LIMIT 1";
    if (db.integer(kChunks) == db.integer(kIndex)) return;
    Transaction transaction(db);
    if (db.integer(kChunks) == db.integer(kIndex)) return;  // an import was under way between the two readings
    say(log, LogLevel::warn, project_id,
        db.path() + ": the search index did not fit its passages; it is built anew");
    db.execute(
        "DELETE FROM doc_chunks_fts;"
        "INSERT INTO doc_chunks_fts(rowid, chunk_id, file_id, text) SELECT rowid, id, file_id, text FROM "
        "doc_chunks");
    transaction.commit();
}

}  // namespace

ProjectDatabase open_project(const Layout& layout, const Project& project, std::chrono::milliseconds busy_timeout,
                             Log& log) {
    std::error_code failure;
    std::filesystem::create_directories(layout.project(project.id), failure);
    if (failure) {
        throw ErrorException({ErrorCode::io, layout.project(project.id).string() + ": the folder cannot be made",
                              failure.message()});
    }
    const auto file = layout.project_database(project.id);
    if (!std::filesystem::exists(file, failure)) {
        say(log, LogLevel::info, project.id,
            file.string() + ": there is no database of this project yet; it is made");
    }
    ProjectDatabase opened{Database::open(file, busy_timeout), project.id};
    migrate(opened.db, project_migrations());
    opened.main_branch = ensure_main(opened.db, project);
    mend_index(opened.db, project.id, log);
    opened.last_thread = opened.db.integer("SELECT coalesce(max(id), 0) FROM threads").value();
    return opened;
}

void add_version(Database& db, const char* entity_type, std::int64_t entity_id, const std::string& data_json,
                 const std::string& created_at) {
    db.run(
        "INSERT INTO versions(entity_type, entity_id, version_num, data, created_at) VALUES(?1, ?2, "
        "(SELECT coalesce(max(version_num), 0) + 1 FROM versions WHERE entity_type = ?1 AND entity_id = ?2), ?3, "
        "?4)",
        entity_type, entity_id, data_json, created_at);
}

}  // namespace cedar::host::store
