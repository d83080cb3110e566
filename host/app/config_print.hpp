#pragma once
#include "host/app/config.hpp"

#include <string>

namespace cedar::host::app {

// Where a value came from, for people: "default", "file cedar.toml", "environment CEDAR_PORT", "flag --port".
[[nodiscard]] std::string to_string(const Origin& origin);

// One line a key, itself a valid cedar.toml: `run.timeout_ms = 60000  # default`. Thread: any.
[[nodiscard]] std::string print_config(const Config& config);
// {"run.timeout_ms":{"value":60000,"origin":"default","where":""},…}, one line. Thread: any.
[[nodiscard]] std::string print_config_json(const Config& config);
// The table of keys as a Markdown page: key, default, range, variables, flag, meaning. Thread: any.
[[nodiscard]] std::string describe_keys();

}  // namespace cedar::host::app
