#pragma once
#include "host/core/error.hpp"
#include "host/core/turn.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cedar::host {

struct Project {
    std::int64_t id = 0;
    std::string title;
    std::string created_at;  // UTC, "YYYY-MM-DD HH:MM:SS"
};

struct SearchQuery {
    std::int64_t project_id = 0;
    std::string text;  // as the user wrote it: no query syntax
    std::optional<std::int64_t> file_id;
    std::uint32_t limit = 20;  // 1 to 200
};

struct Passage {
    std::string chunk_id;  // "<file_id>:<6-digit index>"
    std::int64_t file_id = 0;
    std::string source;                         // display name of the file
    std::int64_t char_start = 0, char_end = 0;  // code points in the file's text, end excluded
    std::string text;
    double score = 0;  // higher is better
};

// Durable data. Each function returns at once and calls `done` exactly once, on the store's thread; `done` must not
// block. A call that the store cannot take (full, closed) is answered `limit` or `unavailable` on the caller's
// thread before the function returns. Thread: any.
class Store {
public:
    template <class T>
    using Done = std::function<void(Result<T>)>;

    virtual ~Store() = default;

    virtual void list_projects(Done<std::vector<Project>> done) = 0;                // newest first
    virtual void find_project(std::int64_t id, Done<Project> done) = 0;             // not_found
    virtual void find_project_by_title(std::string title, Done<Project> done) = 0;  // not_found
    // Idempotent by title. invalid_argument: blank or longer than 255 characters.
    virtual void create_project(std::string title, Done<Project> done) = 0;

    // A branch, thread, file or dataset id that is not of the project counts as not given.
    // not_found: unknown project.
    virtual void open_turn(TurnRequest request, Done<Turn> done) = 0;
    virtual void close_turn(TurnOutcome outcome, Done<void> done) = 0;

    virtual void search(SearchQuery query, Done<std::vector<Passage>> done) = 0;
};

}  // namespace cedar::host
