#include "host/store/schema.hpp"

#include <array>
#include <string>

namespace cedar::host::store {

namespace {

// Columns that a file of the original may lack (it added them over time); adding is all that is needed.
void add_missing_column(Database& db, const std::string& table, const std::string& column, const char* type) {
    const auto found = db.integer("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, column);
    if (!found) db.execute(("ALTER TABLE " + table + " ADD COLUMN " + column + " " + type).c_str());
}

void complete_columns(Database& db) {
    add_missing_column(db, "files", "metadata_json", "JSON");
    add_missing_column(db, "files", "ai_title", "VARCHAR(255)");
    add_missing_column(db, "files", "ai_description", "TEXT");
    add_missing_column(db, "files", "ai_category", "VARCHAR(255)");
    add_missing_column(db, "files", "ai_processing", "BOOLEAN NOT NULL DEFAULT 0");
    add_missing_column(db, "thread_messages", "display_title", "VARCHAR(255)");
    add_missing_column(db, "thread_messages", "payload_json", "JSON");
}

// The original's registry hands a deleted project's id out again; AUTOINCREMENT needs the table made anew.
void never_reuse_project_ids(Database& db) {
    const auto done =
        db.integer("SELECT 1 FROM sqlite_master WHERE name = 'projects' AND sql LIKE '%AUTOINCREMENT%'");
    if (done) return;
    db.execute(R"sql(
        CREATE TABLE projects_new(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title VARCHAR(255) NOT NULL UNIQUE,
            created_at DATETIME NOT NULL);
        INSERT INTO projects_new SELECT id, title, created_at FROM projects;
        DROP TABLE projects;
        ALTER TABLE projects_new RENAME TO projects;
    )sql");
}

constexpr const char* kRegistryTables = R"sql(
    CREATE TABLE IF NOT EXISTS projects(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title VARCHAR(255) NOT NULL UNIQUE,
        created_at DATETIME NOT NULL);
    CREATE TABLE IF NOT EXISTS versions(
        id INTEGER PRIMARY KEY,
        entity_type VARCHAR(50) NOT NULL,
        entity_id INTEGER NOT NULL,
        version_num INTEGER NOT NULL,
        data JSON,
        created_at DATETIME NOT NULL,
        UNIQUE(entity_type, entity_id, version_num));
    CREATE TABLE IF NOT EXISTS settings(
        key VARCHAR(255) PRIMARY KEY,
        value TEXT,
        updated_at DATETIME);
)sql";

// Not in the original: thread ids are handed out here, so that no two projects share one.
constexpr const char* kIdSequences = R"sql(
    CREATE TABLE id_sequences(
        name TEXT PRIMARY KEY,
        last INTEGER NOT NULL) WITHOUT ROWID;
)sql";

constexpr const char* kProjectTables = R"sql(
    CREATE TABLE IF NOT EXISTS projects(
        id INTEGER PRIMARY KEY,
        title VARCHAR(255) NOT NULL UNIQUE,
        created_at DATETIME NOT NULL);
    CREATE TABLE IF NOT EXISTS branches(
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects(id),
        name VARCHAR(100) NOT NULL,
        is_default BOOLEAN NOT NULL DEFAULT 0,
        created_at DATETIME NOT NULL,
        CONSTRAINT uq_project_branch_name UNIQUE(project_id, name));
    CREATE TABLE IF NOT EXISTS threads(
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects(id),
        branch_id INTEGER NOT NULL REFERENCES branches(id),
        title VARCHAR(255) NOT NULL,
        created_at DATETIME NOT NULL);
    CREATE INDEX IF NOT EXISTS ix_threads_branch ON threads(project_id, branch_id, title);
    CREATE TABLE IF NOT EXISTS thread_messages(
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects(id),
        branch_id INTEGER NOT NULL REFERENCES branches(id),
        thread_id INTEGER NOT NULL REFERENCES threads(id),
        role VARCHAR(20) NOT NULL,
        content TEXT NOT NULL,
        display_title VARCHAR(255),
        payload_json JSON,
        created_at DATETIME NOT NULL);
    CREATE INDEX IF NOT EXISTS ix_thread_messages_thread ON thread_messages(project_id, thread_id, created_at);
    CREATE TABLE IF NOT EXISTS files(
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects(id),
        branch_id INTEGER NOT NULL REFERENCES branches(id),
        filename VARCHAR(512) NOT NULL,
        display_name VARCHAR(255) NOT NULL,
        file_type VARCHAR(50),
        structure VARCHAR(50),
        mime_type VARCHAR(100),
        size_bytes INTEGER,
        storage_path VARCHAR(1024),
        created_at DATETIME NOT NULL,
        metadata_json JSON,
        ai_title VARCHAR(255),
        ai_description TEXT,
        ai_category VARCHAR(255),
        ai_processing BOOLEAN NOT NULL DEFAULT 0);
    CREATE INDEX IF NOT EXISTS ix_files_branch ON files(project_id, branch_id);
    CREATE TABLE IF NOT EXISTS datasets(
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects(id),
        branch_id INTEGER NOT NULL REFERENCES branches(id),
        name VARCHAR(255) NOT NULL,
        description TEXT,
        created_at DATETIME NOT NULL);
    CREATE TABLE IF NOT EXISTS notes(
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects(id),
        branch_id INTEGER NOT NULL REFERENCES branches(id),
        content TEXT NOT NULL,
        tags JSON,
        created_at DATETIME NOT NULL);
    CREATE INDEX IF NOT EXISTS ix_notes_branch ON notes(project_id, branch_id);
    CREATE TABLE IF NOT EXISTS changelog_entries(
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects(id),
        branch_id INTEGER NOT NULL REFERENCES branches(id),
        action VARCHAR(255) NOT NULL,
        input_json JSON,
        output_json JSON,
        summary_text TEXT,
        created_at DATETIME NOT NULL);
    CREATE INDEX IF NOT EXISTS ix_changelog_branch ON changelog_entries(project_id, branch_id);
    CREATE TABLE IF NOT EXISTS versions(
        id INTEGER PRIMARY KEY,
        entity_type VARCHAR(50) NOT NULL,
        entity_id INTEGER NOT NULL,
        version_num INTEGER NOT NULL,
        data JSON,
        created_at DATETIME NOT NULL,
        UNIQUE(entity_type, entity_id, version_num));
    CREATE TABLE IF NOT EXISTS sql_undo_log(
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES projects(id),
        branch_id INTEGER NOT NULL REFERENCES branches(id),
        table_name VARCHAR(255) NOT NULL,
        op VARCHAR(20) NOT NULL,
        sql_text TEXT,
        pk_columns JSON,
        rows_before JSON,
        rows_after JSON,
        created_at DATETIME NOT NULL);
    CREATE INDEX IF NOT EXISTS ix_sql_undo_log_branch ON sql_undo_log(project_id, branch_id);
    CREATE TABLE IF NOT EXISTS settings(
        key VARCHAR(255) PRIMARY KEY,
        value TEXT,
        updated_at DATETIME);
)sql";

// An ordinary FTS5 table that the triggers keep in step by rowid. The original's triggers used the "delete"
// command, which only an external-content table knows: every delete failed. They are replaced, and the index is
// filled anew.
constexpr const char* kChunks = R"sql(
    CREATE TABLE IF NOT EXISTS doc_chunks(
        id TEXT PRIMARY KEY,
        file_id INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
        char_start INTEGER NOT NULL,
        char_end INTEGER NOT NULL,
        text TEXT NOT NULL,
        created_at DATETIME NOT NULL,
        UNIQUE(file_id, char_start, char_end));
    DROP TRIGGER IF EXISTS doc_chunks_ai;
    DROP TRIGGER IF EXISTS doc_chunks_ad;
    DROP TRIGGER IF EXISTS doc_chunks_au;
    DROP TABLE IF EXISTS doc_chunks_fts;
    CREATE VIRTUAL TABLE doc_chunks_fts USING fts5(
        chunk_id UNINDEXED, file_id UNINDEXED, text, tokenize = 'porter unicode61');
    CREATE TRIGGER doc_chunks_ai AFTER INSERT ON doc_chunks BEGIN
        INSERT INTO doc_chunks_fts(rowid, chunk_id, file_id, text)
            VALUES(new.rowid, new.id, new.file_id, new.text);
    END;
    CREATE TRIGGER doc_chunks_ad AFTER DELETE ON doc_chunks BEGIN
        DELETE FROM doc_chunks_fts WHERE rowid = old.rowid;
    END;
    CREATE TRIGGER doc_chunks_au AFTER UPDATE ON doc_chunks BEGIN
        DELETE FROM doc_chunks_fts WHERE rowid = old.rowid;
        INSERT INTO doc_chunks_fts(rowid, chunk_id, file_id, text)
            VALUES(new.rowid, new.id, new.file_id, new.text);
    END;
    INSERT INTO doc_chunks_fts(rowid, chunk_id, file_id, text) SELECT rowid, id, file_id, text FROM doc_chunks;
)sql";

// An import knows a file again by the absolute path it came from.
constexpr const char* kImportPaths = R"sql(
    CREATE INDEX ix_files_import_path ON files(project_id, json_extract(metadata_json, '$.import_path'))
        WHERE json_valid(metadata_json);
)sql";

// A row holds events of one run that follow each other in it, a line of JSON each.
constexpr const char* kEvents = R"sql(
    CREATE TABLE event_batches(
        first_position INTEGER PRIMARY KEY,
        last_position INTEGER NOT NULL,
        thread_id INTEGER NOT NULL,
        project_id INTEGER NOT NULL,
        run_id TEXT NOT NULL,
        first_seq INTEGER NOT NULL,
        last_seq INTEGER NOT NULL,
        made_at INTEGER NOT NULL,
        foreign_made INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        events TEXT NOT NULL);
    CREATE INDEX ix_event_batches_run ON event_batches(run_id, first_seq);
    CREATE INDEX ix_event_batches_thread ON event_batches(thread_id, first_position);
    CREATE TABLE event_runs(
        run_id TEXT PRIMARY KEY,
        project_id INTEGER NOT NULL,
        thread_id INTEGER NOT NULL,
        last_seq INTEGER NOT NULL,
        ended INTEGER NOT NULL,
        foreign_made INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX ix_event_runs_open ON event_runs(run_id) WHERE ended = 0;
    CREATE TABLE event_trims(thread_id INTEGER PRIMARY KEY, position INTEGER NOT NULL);
    CREATE TABLE event_log_name(name TEXT NOT NULL);
    INSERT INTO event_log_name(name) VALUES(lower(hex(randomblob(8))));
)sql";

// Between the events of a row may lie others; null: none do.
constexpr const char* kEventSteps = "ALTER TABLE event_batches ADD COLUMN steps TEXT";

constexpr std::array kRegistry{
    Migration{"the tables of the registry", kRegistryTables, never_reuse_project_ids},
    Migration{"thread ids unique across projects", kIdSequences},
};

constexpr std::array kProject{
    Migration{"the tables of a project", kProjectTables, complete_columns},
    Migration{"passages and their index", kChunks},
    Migration{"files known by the path they came from", kImportPaths},
};

constexpr std::array kEvent{
    Migration{"events and the runs they are of", kEvents},
    Migration{"events of a row that lie apart", kEventSteps},
};

}  // namespace

std::span<const Migration> registry_migrations() {
    return kRegistry;
}

std::span<const Migration> project_migrations() {
    return kProject;
}

std::span<const Migration> event_migrations() {
    return kEvent;
}

}  // namespace cedar::host::store
