#pragma once
#include "host/core/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace cedar::host {
class Clock;
class Log;
}  // namespace cedar::host

namespace cedar::host::store {

struct ImportOptions {
    std::size_t max_chunk_chars = 1500;  // import.max_chunk_chars: code points a passage, 100 to 20000
    std::uintmax_t max_file_bytes = 16 * 1024 * 1024;  // import.max_file_bytes: larger files are skipped
    std::size_t max_files = 100'000;                   // import.max_files: of one call; more is Error limit
    std::chrono::milliseconds busy_timeout{10'000};    // store.busy_timeout_ms: wait for another process's write
    std::stop_token stop{};                            // ends the import after the file under way
};

struct ImportProgress {
    std::size_t files_done = 0, files_total = 0;
    std::uintmax_t bytes_done = 0, bytes_total = 0;
    std::string current;  // display name of the file under way; empty when all are done
};

struct SkippedFile {
    std::string path;
    std::string reason;  // one clause: "binary (a NUL byte at offset 12)"
};

struct ImportReport {
    std::size_t imported = 0, replaced = 0, unchanged = 0;  // files
    std::vector<SkippedFile> skipped;                       // in the order in which they were met
    std::size_t chunks = 0;                                 // passages written by this import
    bool stopped = false;                                   // by ImportOptions::stop
};

// Whether each of `paths` is there, before anything is written for them. Error: not_found, for the first that is
// not. Thread: any. Blocking.
[[nodiscard]] Result<void> expect_paths(std::span<const std::filesystem::path> paths);

// Reads files and folders into a project's passages: text, Markdown, HTML, JSON, CSV. Opens a connection of its
// own, so it may run in another process than the server, and several may run at once. Each file is one short
// transaction: a kill at any moment leaves every file whole, old or new. Thread: one at a time an object.
class Importer {
public:
    using Progress =
        std::function<void(const ImportProgress&)>;  // before each file and at the end; caller's thread

    // `data_dir` as in StoreOptions. `clock` and `log` outlive the importer.
    Importer(std::filesystem::path data_dir, const Clock& clock, Log& log);

    // Folders are walked in the order of their names, dot names and links to folders already seen left out. A file
    // is known again by its absolute path: changed content replaces what was stored, the same content is left
    // alone. A file that cannot be used is reported, not an error. Errors: not_found (project, or a path in
    // `paths`), limit, and the database errors of SqliteStore; files committed before stay. `progress` may be
    // empty. Blocking.
    [[nodiscard]] Result<ImportReport> import(std::int64_t project_id, std::span<const std::filesystem::path> paths,
                                              const ImportOptions& options, const Progress& progress);

private:
    std::filesystem::path data_dir_;
    const Clock& clock_;
    Log& log_;
};

}  // namespace cedar::host::store
