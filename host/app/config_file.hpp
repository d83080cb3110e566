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

// What a component is created with: `[components."acme.counter"]`.
struct ComponentSetting {
    std::string id;
    std::string json;  // one object, compact
};

struct FileContent {
    std::vector<FileSetting> settings;
    std::vector<ComponentSetting> components;
};

// Reads a TOML text; tables and dotted keys name the same key (`[run]` `timeout_ms` is run.timeout_ms). An unknown
// key, a value of the wrong type or out of range, or text that is not TOML is Error invalid_argument, one sentence
// that begins with `file`: `cedar.toml: run.timeout_ms: expected 1 to 600000, got "abc"`. The
// tables below `components` are for components, each under its id in quotes; their keys are the component's
// business. Thread: any.
[[nodiscard]] Result<FileContent> read_config_text(std::string_view text, std::string_view file);

}  // namespace cedar::host::app
