#pragma once
#include "host/core/error.hpp"

#include <filesystem>

namespace cedar::host::store {

// Makes the folder if it is absent and proves that files can be made in it, so that trouble is said at the start
// and in the folder's name, and not later in SQLite's words. Error io. Thread: any. Blocking.
[[nodiscard]] Result<void> prepare_data_folder(const std::filesystem::path& folder);

}  // namespace cedar::host::store
