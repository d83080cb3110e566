#pragma once
#include "host/app/config_key.hpp"
#include "host/core/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cedar::host::app {

using ConfigValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

// Whether `value` is of the key's type and within its bounds. Error invalid_argument: "expected 1 to 600000, got
// 0". Thread: any.
[[nodiscard]] Result<void> check_value(const Key& key, const ConfigValue& value);

// A number of dollars and the like: "12", "0.05". None for anything else. Thread: any.
[[nodiscard]] std::optional<double> parse_decimal(std::string_view text);

// Reads a value as it is written in the environment or behind a flag: numbers in decimal; true, yes, on, 1 and
// false, no, off, 0; lists separated by ',' (paths by ':'). Errors as check_value. Thread: any.
[[nodiscard]] Result<ConfigValue> parse_value(const Key& key, std::string_view text);

// The value as TOML: `"text"`, `8000`, `true`, `["a", "b"]`. Thread: any.
[[nodiscard]] std::string to_toml(const ConfigValue& value);

}  // namespace cedar::host::app
