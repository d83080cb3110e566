#pragma once
#include "host/ports/store.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

namespace cedar::host {
class Clock;
class Log;
}  // namespace cedar::host

namespace cedar::host::store {

struct StoreOptions {
    std::filesystem::path data_dir;                 // made if absent
    std::size_t queue_max = 4096;                   // store.queue_max: calls waiting for the store's thread
    std::size_t open_projects_max = 32;             // store.open_projects_max: project databases kept open
    std::chrono::milliseconds busy_timeout{5000};   // store.busy_timeout_ms: wait for another process's write
    std::chrono::milliseconds close_timeout{5000};  // store.close_timeout_ms: what close() gives to waiting calls
};

// The Store port on SQLite: a registry database and one database a project below `data_dir`, on one thread of its
// own. A call that cannot be queued is answered on the caller's thread before the function returns: `limit` when
// the queue is full, `unavailable` after close(). Further errors of any call: `unavailable` (locked by another
// process for longer than busy_timeout), `io` (read-only, disk full, file moved away), `corrupt` (not a database,
// or damaged), `unsupported` (written by a newer version). Thread: any.
class SqliteStore final : public Store {
public:
    // Checks the folder (exists or can be made, can be written), opens and migrates the registry, starts the
    // thread. Errors as above, the message naming the path. `clock` and `log` outlive the store. Blocking.
    [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(StoreOptions options, const Clock& clock,
                                                                   Log& log);

    ~SqliteStore() override;  // closes
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    // Answers what waits (for at most close_timeout; the rest `unavailable`) and ends the
    // thread. Idempotent. Not from a `done`. Blocking.
    void close();

    void list_projects(Done<std::vector<Project>> done) override;
    void find_project(std::int64_t id, Done<Project> done) override;
    void find_project_by_title(std::string title, Done<Project> done) override;
    void create_project(std::string title, Done<Project> done) override;
    void open_turn(TurnRequest request, Done<Turn> done) override;
    void close_turn(TurnOutcome outcome, Done<void> done) override;
    void search(SearchQuery query, Done<std::vector<Passage>> done) override;

private:
    struct Impl;
    explicit SqliteStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host::store
