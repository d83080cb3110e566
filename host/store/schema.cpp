#include "host/store/schema.hpp"

#include <string>

namespace cedar::host::store {

namespace {

std::int64_t version_of(Database& db) {
    return db.integer("PRAGMA user_version").value_or(0);
}

void apply(Database& db, const Migration& migration, std::size_t number) {
    Transaction transaction(db);
    if (version_of(db) >= static_cast<std::int64_t>(number)) return;  // another process was faster
    db.execute(migration.sql);
    if (migration.also != nullptr) migration.also(db);
    db.execute(("PRAGMA user_version=" + std::to_string(number)).c_str());
    transaction.commit();
}

}  // namespace

void migrate(Database& db, std::span<const Migration> migrations) {
    const auto version = version_of(db);
    if (version < 0 || version > static_cast<std::int64_t>(migrations.size())) {
        throw ErrorException({ErrorCode::unsupported,
                              db.path() + ": expected schema version 0 to " + std::to_string(migrations.size()) +
                                  ", got " + std::to_string(version) +
                                  ": it was written by a newer version of cedar",
                              {}});
    }
    db.set_foreign_keys(false);  // a step may rebuild a table that others refer to
    for (std::size_t number = static_cast<std::size_t>(version) + 1; number <= migrations.size(); ++number) {
        apply(db, migrations[number - 1], number);
    }
    db.set_foreign_keys(true);
}

}  // namespace cedar::host::store
