#pragma once
#include "host/ports/store.hpp"
#include "host/store/database.hpp"
#include "host/store/layout.hpp"

#include <chrono>
#include <cstdint>

namespace cedar::host {
class Log;
}

namespace cedar::host::store {

// One project's database, migrated, with the copy of its `projects` row and its Main branch. Thread: one at a time.
struct ProjectDatabase {
    Database db;
    std::int64_t project_id = 0;
    std::int64_t main_branch = 0;
    std::int64_t last_thread = 0;  // highest thread id found at opening
};

// Opens the database and mends what a kill between two steps can have left: a project registered but without a
// database, a missing Main branch, an index out of step with its passages. Each mending is logged. Throws
// ErrorException.
[[nodiscard]] ProjectDatabase open_project(const Layout& layout, const Project& project,
                                           std::chrono::milliseconds busy_timeout, Log& log);

// The next version row of an entity, inside the caller's transaction.
void add_version(Database& db, const char* entity_type, std::int64_t entity_id, const std::string& data_json,
                 const std::string& created_at);

}  // namespace cedar::host::store
