#pragma once
#include "host/core/error.hpp"

#include <string>

namespace cedar::host::store {

// An SQLite result code (extended) as an Error whose message names the file and what to do. `words` are SQLite's
// own, for the log. Thread: any.
[[nodiscard]] Error database_error(int code, const std::string& words, const std::string& path);

}  // namespace cedar::host::store
