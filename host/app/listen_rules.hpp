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

// The access token in a file: one line of 16 to 4096 visible characters. Error invalid_argument: another content;
// io: it cannot be read. No message holds any of it. Blocking.
[[nodiscard]] Result<std::string> read_token(const std::filesystem::path& path);
// Whether every account of the machine may read it. Blocking.
[[nodiscard]] bool is_readable_by_all(const std::filesystem::path& path);

}  // namespace cedar::host::app
