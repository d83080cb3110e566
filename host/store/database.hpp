#pragma once
#include "host/core/error.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace cedar::host::store {

// Inside this folder a database failure is thrown as ErrorException and caught once, at the edge (the store's
// thread, the importer): a chain of statements reads as one, and a Transaction rolls back on the way out.

// One prepared statement. Parameters are bound in order, from 1. Thread: its database's.
class Statement {
public:
    Statement(sqlite3* db, std::string_view sql, const std::string& path);

    template <class... Values>
    Statement& bind(const Values&... values) {
        rewind();
        int index = 0;
        (bind_one(++index, values), ...);
        return *this;
    }
    bool step();  // true: a row is there
    void run();   // steps to the end and rewinds; rows are dropped

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string_view text(int column) const;  // empty for null; until the next step
    [[nodiscard]] bool is_null(int column) const;

private:
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };
    void rewind();
    void bind_one(int index, std::int64_t value);
    void bind_one(int index, int value) { bind_one(index, std::int64_t{value}); }
    void bind_one(int index, std::string_view value);  // copied
    void bind_one(int index, const std::string& value) { bind_one(index, std::string_view(value)); }
    void bind_one(int index, const char* value) { bind_one(index, std::string_view(value)); }
    void bind_one(int index, std::nullptr_t);
    template <class T>
    void bind_one(int index, const std::optional<T>& value) {
        if (value) {
            bind_one(index, *value);
        } else {
            bind_one(index, nullptr);
        }
    }
    void check(int code) const;

    sqlite3* db_;
    const std::string* path_;
    std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

// One connection. Movable; its statements must not outlive it. Thread: one at a time.
class Database {
public:
    // Opens or makes the file in WAL mode. synchronous=NORMAL: a committed transaction is in the kernel's hands, so
    // it outlives a killed process; only a power cut may take the last ones, and never leaves a torn database.
    // foreign_keys stay off until set_foreign_keys(): migrations run without.
    static Database open(const std::filesystem::path& file, std::chrono::milliseconds busy_timeout);

    [[nodiscard]] Statement prepare(std::string_view sql) { return {handle_.get(), sql, *path_}; }
    void execute(const char* sql);  // one or more statements without parameters
    template <class... Values>
    void run(std::string_view sql, const Values&... values) {
        prepare(sql).bind(values...).run();
    }
    // First column of the first row, if there is one.
    template <class... Values>
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view sql, const Values&... values) {
        auto statement = prepare(sql);
        if (!statement.bind(values...).step()) return std::nullopt;
        return statement.integer(0);
    }
    void set_foreign_keys(bool on);
    [[nodiscard]] std::int64_t last_id() const;
    [[nodiscard]] const std::string& path() const { return *path_; }

private:
    struct Closer {
        void operator()(sqlite3* db) const;
    };
    Database() = default;
    void use_wal(std::chrono::milliseconds busy_timeout);

    std::unique_ptr<const std::string> path_;  // stable: statements point at it
    std::unique_ptr<sqlite3, Closer> handle_;
};

// BEGIN IMMEDIATE, so that the write lock is waited for at the start and never refused in the middle. Rolls back
// unless committed.
class Transaction {
public:
    explicit Transaction(Database& db);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    Database& db_;
    bool open_ = true;
};

}  // namespace cedar::host::store
