#pragma once
#include "host/core/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace cedar::host::app {

// Whether an address is the machine's own: localhost, 127.0.0.0/8, ::1. Thread: any.
[[nodiscard]] bool is_loopback(std::string_view host);

// Writes `text` to `path` whole or not at all: a temporary file beside it, then a rename. Error io naming the path.
// Blocking.
[[nodiscard]] Result<void> write_whole(const std::filesystem::path& path, std::string_view text);

}  // namespace cedar::host::app
