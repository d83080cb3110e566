#pragma once
#include "host/core/error.hpp"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace cedar::host::loader {

struct FolderListing {
    std::vector<std::filesystem::path> files;  // absolute, sorted by name
    std::size_t left_out = 0;                  // candidates beyond the bound
};

// The candidates of one folder: names that end in ".so" and do not begin with '.', '~' or '#'. Nothing below it.
// What they are (file, folder, broken link) is not looked at. Error not_found, io, naming the folder. Thread: any.
// Blocking: reads the folder.
[[nodiscard]] Result<FolderListing> list_candidates(const std::filesystem::path& folder, std::size_t max_files);

}  // namespace cedar::host::loader
