#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

namespace cedar::host::store {

// Where things lie below the data folder. Source: the original's layout (kept).
class Layout {
public:
    explicit Layout(std::filesystem::path root) : root_(std::move(root)) {}

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }
    [[nodiscard]] std::filesystem::path registry() const { return root_ / "cedarpy.db"; }
    [[nodiscard]] std::filesystem::path project(std::int64_t id) const {
        return root_ / "projects" / std::to_string(id);
    }
    [[nodiscard]] std::filesystem::path project_database(std::int64_t id) const {
        return project(id) / "database.db";
    }
    // Events of one host process at a time each: "host0.db" with its journal.
    [[nodiscard]] std::filesystem::path events() const { return root_ / "events"; }
    // Copies of imported files. Imports go to Main, so a branch's name never becomes part of a path.
    [[nodiscard]] std::filesystem::path main_files(std::int64_t id) const {
        return project(id) / "files" / "branch_Main";
    }

private:
    std::filesystem::path root_;
};

}  // namespace cedar::host::store
