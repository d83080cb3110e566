#pragma once
#include <string>
#include <string_view>

namespace cedar::host::store {

// JSON text with two spaces of indent and one member or item a line; numbers and strings stay as they are written.
// Text that is not JSON (or nested beyond 64) is given back as it is. Thread: any.
[[nodiscard]] std::string json_to_text(std::string_view json);

}  // namespace cedar::host::store
