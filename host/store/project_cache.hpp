#pragma once
#include "host/store/layout.hpp"
#include "host/store/project_database.hpp"
#include "host/store/project_registry.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>

namespace cedar::host::store {

// Project databases kept open, the least recently used closed first. Thread: one at a time.
class ProjectCache {
public:
    ProjectCache(Layout layout, ProjectRegistry& registry, std::size_t open_max,
                 std::chrono::milliseconds busy_timeout, Log& log);

    // The database of an existing project; valid until the next get() or drop(). Throws ErrorException: not_found.
    [[nodiscard]] ProjectDatabase& get(std::int64_t project_id);
    // Closes it, so that the next get() opens it anew: after a failure that may lie in the connection.
    void drop(std::int64_t project_id);
    [[nodiscard]] std::size_t open_count() const { return open_.size(); }

private:
    Layout layout_;
    ProjectRegistry& registry_;
    std::size_t open_max_;
    std::chrono::milliseconds busy_timeout_;
    Log& log_;
    std::list<ProjectDatabase> open_;  // most recent first
};

}  // namespace cedar::host::store
