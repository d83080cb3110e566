#pragma once
#include "host/core/now.hpp"
#include "host/store/file_walk.hpp"
#include "host/store/importer.hpp"
#include "host/store/layout.hpp"
#include "host/store/project_database.hpp"

#include <cstddef>
#include <string>

namespace cedar::host::store {

enum class ImportStatus { imported, replaced, unchanged, skipped };

struct FileOutcome {
    ImportStatus status = ImportStatus::skipped;
    std::size_t chunks = 0;
    std::string reason;  // when skipped
};

// One file into a project: its copy, its row and its passages, whole or not at all. Functions throw ErrorException.
// Thread: one at a time.
class FileImport {
public:
    FileImport(const Layout& layout, ProjectDatabase& project, const ImportOptions& options);

    // Ends what an import that was killed had begun: a copy whose row was committed gets its place, any other goes.
    void recover();
    [[nodiscard]] FileOutcome run(const FoundFile& file, UtcTime now);

private:
    struct Known;
    struct Content;
    [[nodiscard]] Known known(const std::string& import_path);
    [[nodiscard]] FileOutcome store(const FoundFile& file, const Content& content, UtcTime now);
    [[nodiscard]] std::string metadata(const FoundFile& file, const Content& content,
                                       const std::string& replaces) const;
    std::int64_t put_row(const FoundFile& file, const Content& content, const Known& before,
                         const std::string& name, const std::string& now);
    void put_chunks(std::int64_t file_id, const Content& content, const std::string& now);

    std::filesystem::path folder_, lock_file_;
    ProjectDatabase& project_;
    const ImportOptions& options_;
};

}  // namespace cedar::host::store
