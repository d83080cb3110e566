#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace cedar::host {

// The built fixture library "<name>.so". Only for targets that link cedar_bad_plugins.
[[nodiscard]] inline std::filesystem::path bad_plugin(std::string_view name) {
    return std::filesystem::path(CEDAR_BAD_PLUGINS_DIR) / (std::string(name) + ".so");
}

}  // namespace cedar::host
