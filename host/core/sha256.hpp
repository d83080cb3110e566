#pragma once
#include <string>
#include <string_view>

namespace cedar::host {

// SHA-256 of the bytes, 64 lower-case hex digits. Thread: any. Source: FIPS 180-4.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace cedar::host
