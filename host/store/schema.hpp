#pragma once
#include "host/store/database.hpp"

#include <span>

namespace cedar::host::store {

// One step of a schema: SQL, or what SQL alone cannot say (may be null). Steps are only ever added at the end; the
// number of a step is its place, counted from 1, and PRAGMA user_version tells how many a file has had.
struct Migration {
    const char* what;
    const char* sql;
    void (*also)(Database&) = nullptr;
};

// The whole schema: no table, index or trigger is made anywhere else.
[[nodiscard]] std::span<const Migration> registry_migrations();
[[nodiscard]] std::span<const Migration> project_migrations();
[[nodiscard]] std::span<const Migration> event_migrations();

// Brings the database up to date, each step in a transaction of its own, safe against another process doing the
// same. A file that is newer than the list is Error unsupported. Foreign keys are on afterwards. Throws
// ErrorException.
void migrate(Database& db, std::span<const Migration> migrations);

}  // namespace cedar::host::store
