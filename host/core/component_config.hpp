#pragma once
#include "host/core/manifest.hpp"

#include <string_view>

namespace cedar::host {

// Whether `config_json` (empty: the defaults) is what the manifest's schema of the configuration asks for. Error as
// Schema::validate_text, prefixed by the component's id. Thread: any.
[[nodiscard]] Result<void> check_config(const Manifest& manifest, std::string_view config_json);

}  // namespace cedar::host
