#pragma once
#include "host/ports/store.hpp"
#include "host/store/database.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::store {

// The registry database: which projects there are, and the ids that are unique across them. Throws
// ErrorException. Thread: one at a time.
class ProjectRegistry {
public:
    ProjectRegistry(const std::filesystem::path& file, std::chrono::milliseconds busy_timeout);

    [[nodiscard]] std::vector<Project> list();                    // newest first
    [[nodiscard]] Project find(std::int64_t id);                  // not_found
    [[nodiscard]] Project find_by_title(std::string_view title);  // not_found
    // The project of that title (trimmed), made if there is none, also when another process asks at the same time.
    [[nodiscard]] Project create(std::string_view title, const std::string& created_at);

    // An id that no thread of any project has had. Committed before it is used: a gap is possible, a second use is
    // not.
    [[nodiscard]] std::int64_t next_thread_id();
    // Told the highest thread id of a project that may have been filled by someone else.
    void thread_ids_used_up_to(std::int64_t id);

private:
    Database db_;
};

}  // namespace cedar::host::store
