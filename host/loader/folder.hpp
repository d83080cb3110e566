#pragma once
#include "host/core/error.hpp"

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

namespace cedar::host::loader {

struct FolderListing {
    std::vector<std::filesystem::path> files;  // absolute, sorted by name
    std::size_t left_out = 0;                  // candidates beyond the bound
};

// Whether a file of this name is looked at: it ends in ".so" and does not begin with '.', '~' or '#', as a file
// that somebody is still writing does. Thread: any.
[[nodiscard]] bool is_candidate(std::string_view name);

// The candidates of one folder. Nothing below it.
// What they are (file, folder, broken link) is not looked at. Error not_found, io, naming the folder. Thread: any.
// Blocking: reads the folder.
[[nodiscard]] Result<FolderListing> list_candidates(const std::filesystem::path& folder, std::size_t max_files);

}  // namespace cedar::host::loader
