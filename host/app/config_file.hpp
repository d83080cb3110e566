#pragma once
#include "host/app/config_value.hpp"
#include "host/core/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::app {

struct FileSetting {
    const Key* key = nullptr;
    ConfigValue value;
};

// Reads a TOML text; tables and dotted keys name the same key (`[run]` `timeout_ms` is run.timeout_ms). An unknown
// key, a value of the wrong type or out of range, or text that is not TOML is Error invalid_argument, one sentence
// that begins with `file`: `cedar.toml: run.timeout_ms: expected 1 to 600000, got "abc"`. Thread: any.
[[nodiscard]] Result<std::vector<FileSetting>> read_config_text(std::string_view text, std::string_view file);

}  // namespace cedar::host::app
