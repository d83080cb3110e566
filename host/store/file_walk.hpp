#pragma once
#include "host/store/importer.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace cedar::host::store {

struct FoundFile {
    std::filesystem::path path;  // absolute, links resolved
    std::string
        display_name;  // as given by the caller's folder: "docs/guide/a.md"; at most 255 code points of UTF-8
    std::uintmax_t bytes = 0;
};

struct FoundFiles {
    std::vector<FoundFile> files;      // each once, in the order of names, folder by folder
    std::vector<SkippedFile> skipped;  // unreadable folders, odd files
};

// Lists the files below `paths`. Dot names are left out below a folder (not when given by name), a folder met a
// second time (a link back) too. Error not_found: a path that is not there; limit: more than `max_files`. Thread:
// any. Blocking.
[[nodiscard]] Result<FoundFiles> find_files(std::span<const std::filesystem::path> paths, std::size_t max_files);

}  // namespace cedar::host::store
