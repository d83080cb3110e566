#include "host/store/database.hpp"

#include "host/core/check.hpp"
#include "host/store/database_error.hpp"

#include <sqlite3.h>

#include <thread>
#include <utility>

namespace cedar::host::store {

namespace {

[[noreturn]] void fail(sqlite3* db, int code, const std::string& path) {
    const int extended = db != nullptr ? sqlite3_extended_errcode(db) : code;
    throw ErrorException(database_error(extended != SQLITE_OK ? extended : code,
                                        db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code), path));
}

}  // namespace

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Statement::Statement(sqlite3* db, std::string_view sql, const std::string& path) : db_(db), path_(&path) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    statement_.reset(statement);
    check(code);
}

void Statement::rewind() {
    sqlite3_reset(statement_.get());
}  // its code repeats the last step's, seen there

bool Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    fail(db_, code, *path_);
}

void Statement::run() {
    while (step()) {}
    rewind();
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
    return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
    const auto* data = sqlite3_column_text(statement_.get(), column);
    if (data == nullptr) return {};
    return {reinterpret_cast<const char*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Statement::bind_one(int index, std::int64_t value) {
    check(sqlite3_bind_int64(statement_.get(), index, value));
}

void Statement::bind_one(int index, std::string_view value) {
    check(sqlite3_bind_text64(statement_.get(), index, value.empty() ? "" : value.data(), value.size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_one(int index, std::nullptr_t) {
    check(sqlite3_bind_null(statement_.get(), index));
}

void Statement::check(int code) const {
    if (code != SQLITE_OK) fail(db_, code, *path_);
}

void Database::Closer::operator()(sqlite3* db) const {
    sqlite3_close_v2(db);
}

Database Database::open(const std::filesystem::path& file, std::chrono::milliseconds busy_timeout) {
    Database database;
    database.path_ = std::make_unique<const std::string>(file.string());
    sqlite3* db = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(database.path_->c_str(), &db, flags, nullptr);
    database.handle_.reset(db);
    if (code != SQLITE_OK) fail(db, code, database.path());
    sqlite3_busy_timeout(db, static_cast<int>(busy_timeout.count()));
    database.use_wal(busy_timeout);
    database.execute("PRAGMA synchronous=NORMAL");
    return database;
}

// Two processes that make one file at the same time: the change to WAL is refused to one of them without the busy
// handler being asked, so it is tried again here.
void Database::use_wal(std::chrono::milliseconds busy_timeout) {
    const auto give_up = std::chrono::steady_clock::now() + busy_timeout;
    for (;;) {
        try {
            execute("PRAGMA journal_mode=WAL");
            return;
        } catch (const ErrorException& e) {
            if (e.error().code != ErrorCode::unavailable || std::chrono::steady_clock::now() > give_up) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

void Database::execute(const char* sql) {
    const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(handle_.get(), code, path());
}

void Database::set_foreign_keys(bool on) {
    execute(on ? "PRAGMA foreign_keys=ON" : "PRAGMA foreign_keys=OFF");
}

std::int64_t Database::last_id() const {
    return sqlite3_last_insert_rowid(handle_.get());
}

Transaction::Transaction(Database& db) : db_(db) {
    db_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    if (!open_) return;
    try {
        db_.execute("ROLLBACK");
    } catch (const ErrorException&) {
        // SQLite has rolled back by itself (disk full, I/O error); the first error is on its way up.
    }
}

void Transaction::commit() {
    CEDAR_CHECK(open_);
    db_.execute("COMMIT");
    open_ = false;
}

}  // namespace cedar::host::store
