#pragma once
#include <cstddef>
#include <span>
#include <string>

namespace cedar::host::loader {

// Two lower-case digits a byte. `separator` stands between bytes; '\0': nothing does. Thread: any.
[[nodiscard]] std::string to_hex(std::span<const std::byte> bytes, char separator = '\0');

// SHA-256 as 64 hex digits. Thread: any. Source: FIPS 180-4.
[[nodiscard]] std::string sha256_hex(std::span<const std::byte> bytes);

}  // namespace cedar::host::loader
