#include "host/store/schema.hpp"
#include "tests/integration/store/store_fixture.hpp"

#include <map>
#include <thread>

namespace cedar::host::store {
namespace {

class MigrationTest : public StoreFixture {
protected:
    Database open(const std::string& name) { return look(folder_ / name); }

    static std::vector<std::string> shape(Database& db) {
        return column(
            db, "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY type, name");
    }

    // The first `count` steps, as an older host would have left a file.
    static void migrate_to(Database& db, std::span<const Migration> all, std::size_t count) {
        migrate(db, all.first(count));
    }
};

TEST_F(MigrationTest, ReachesOneShapeFromEachOlderVersion) {
    const std::map<std::string, std::span<const Migration>> kinds{
        {"registry", registry_migrations()}, {"project", project_migrations()}, {"events", event_migrations()}};
    for (const auto& [kind, all] : kinds) {
        auto fresh = open(kind);
        migrate(fresh, all);
        for (std::size_t from = 0; from < all.size(); ++from) {
            auto older = open(kind + std::to_string(from));
            migrate_to(older, all, from);
            EXPECT_EQ(older.integer("PRAGMA user_version"), static_cast<std::int64_t>(from));
            migrate(older, all);
            EXPECT_EQ(shape(older), shape(fresh)) << kind << " from version " << from;
            EXPECT_EQ(older.integer("PRAGMA user_version"), static_cast<std::int64_t>(all.size()));
            EXPECT_EQ(older.integer("PRAGMA foreign_keys"), 1);
        }
    }
}

TEST_F(MigrationTest, ChangesNothingTheSecondTime) {
    auto db = open("project");
    migrate(db, project_migrations());
    const auto before = shape(db);
    migrate(db, project_migrations());
    EXPECT_EQ(shape(db), before);
}

TEST_F(MigrationTest, LeavesTheVersionBeforeAStepThatFails) {
    auto db = open("broken");
    constexpr Migration kSteps[] = {{"good", "CREATE TABLE a(x)"}, {"bad", "CREATE TABLE b(x); CREATE TABLE a(x)"}};
    EXPECT_THROW(migrate(db, kSteps), ErrorException);
    EXPECT_EQ(db.integer("PRAGMA user_version"), 1);
    EXPECT_EQ(column(db, "SELECT name FROM sqlite_master"), std::vector<std::string>{"a"});
}

TEST_F(MigrationTest, IsDoneOnceByTwoAtOnce) {
    for (int round = 0; round < 10; ++round) {
        const std::string name = "race" + std::to_string(round);
        const auto work = [&] {
            auto db = Database::open(folder_ / name, std::chrono::seconds(20));
            migrate(db, project_migrations());
        };
        std::thread other(work);
        work();
        other.join();
        auto db = open(name);
        EXPECT_EQ(db.integer("PRAGMA user_version"), static_cast<std::int64_t>(project_migrations().size()));
    }
}

// A data folder of the original: no version, ids used again, no metadata columns, triggers that fail.
constexpr const char* kOriginalRegistry =
    "CREATE TABLE projects(id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(255) NOT NULL UNIQUE, created_at "
    "DATETIME);"
    "INSERT INTO projects VALUES(3, 'old', '2025-09-01 10:11:12.000123');";
constexpr const char* kOriginalProject =
    "CREATE TABLE projects(id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(255) NOT NULL UNIQUE, created_at "
    "DATETIME);"
    "INSERT INTO projects VALUES(3, 'old', '2025-09-01 10:11:12.000123');"
    "CREATE TABLE branches(id INTEGER NOT NULL PRIMARY KEY, project_id INTEGER NOT NULL, name VARCHAR(100) NOT "
    "NULL, "
    "is_default BOOLEAN NOT NULL, created_at DATETIME, CONSTRAINT uq_project_branch_name UNIQUE(project_id, name));"
    "INSERT INTO branches VALUES(1, 3, 'Main', 1, '2025-09-01 10:11:12');"
    "CREATE TABLE threads(id INTEGER NOT NULL PRIMARY KEY, project_id INTEGER NOT NULL, branch_id INTEGER NOT "
    "NULL, "
    "title VARCHAR(255) NOT NULL, created_at DATETIME);"
    "INSERT INTO threads VALUES(41, 3, 1, 'Kept', '2025-09-01 10:11:12');"
    "CREATE TABLE thread_messages(id INTEGER NOT NULL PRIMARY KEY, project_id INTEGER NOT NULL, branch_id INTEGER "
    "NOT "
    "NULL, thread_id INTEGER NOT NULL, role VARCHAR(20) NOT NULL, content TEXT NOT NULL, created_at DATETIME);"
    "INSERT INTO thread_messages VALUES(1, 3, 1, 41, 'user', 'hello of old', '2025-09-01 10:11:12');"
    "CREATE TABLE files(id INTEGER NOT NULL PRIMARY KEY, project_id INTEGER NOT NULL, branch_id INTEGER NOT NULL, "
    "filename VARCHAR(512) NOT NULL, display_name VARCHAR(255) NOT NULL, file_type VARCHAR(50), structure "
    "VARCHAR(50), "
    "mime_type VARCHAR(100), size_bytes INTEGER, storage_path VARCHAR(1024), created_at DATETIME);"
    "INSERT INTO files VALUES(1, 3, 1, 'x__a.txt', 'a.txt', 'txt', 'sources', 'text/plain', 5, '/x', '2025-09-01');"
    "CREATE TABLE doc_chunks(id TEXT PRIMARY KEY, file_id INTEGER, char_start INTEGER, char_end INTEGER, text "
    "TEXT, "
    "created_at DATETIME, UNIQUE(file_id, char_start, char_end));"
    "CREATE VIRTUAL TABLE doc_chunks_fts USING fts5(chunk_id UNINDEXED, file_id UNINDEXED, text, "
    "tokenize='porter');"
    "CREATE TRIGGER doc_chunks_ai AFTER INSERT ON doc_chunks BEGIN INSERT INTO doc_chunks_fts(rowid, chunk_id, "
    "file_id, "
    "text) VALUES(new.rowid, new.id, new.file_id, new.text); END;"
    "CREATE TRIGGER doc_chunks_ad AFTER DELETE ON doc_chunks BEGIN INSERT INTO doc_chunks_fts(doc_chunks_fts, "
    "rowid, "
    "chunk_id, file_id, text) VALUES('delete', old.rowid, old.id, old.file_id, old.text); END;"
    "INSERT INTO doc_chunks VALUES('1:000000', 1, 0, 11, 'Zebras graze', '2025-09-01');";

TEST_F(MigrationTest, TakesOverADataFolderOfTheOriginal) {
    std::filesystem::create_directories(layout().project(3));
    look(layout().registry()).execute(kOriginalRegistry);
    look(3).execute(kOriginalProject);
    start();
    const auto old = create("old").value();
    EXPECT_EQ(old.id, 3);
    EXPECT_EQ(search(3, "zebra").value().size(), 1U);
    const auto turn = say(3, "and now", 41).value();
    EXPECT_EQ(turn.thread_id, 41);
    EXPECT_EQ(turn.history_json, R"([{"role":"user","title":null,"content":"hello of old"},)"
                                 R"({"role":"user","title":null,"content":"and now"}])");
    EXPECT_GT(say(3, "another").value().thread_id, 41);
    auto db = look(3);
    db.execute("DELETE FROM doc_chunks");  // failed with the original's triggers
    EXPECT_EQ(search(3, "zebra").value().size(), 0U);
    EXPECT_EQ(create("new").value().id, 4);
}

}  // namespace
}  // namespace cedar::host::store
