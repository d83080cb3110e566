#include "host/app/places.hpp"

#include <initializer_list>
#include <system_error>

namespace cedar::host::app {
namespace {

namespace fs = std::filesystem;

fs::path first_folder(const fs::path& executable, std::initializer_list<const char*> choices) {
    if (executable.empty()) return {};
    const fs::path root = executable.parent_path().parent_path();
    for (const char* choice : choices) {
        std::error_code code;
        if (fs::is_directory(root / choice, code)) return root / choice;
    }
    return {};
}

}  // namespace

fs::path builtin_plugins(const fs::path& executable) {
    return first_folder(executable, {"plugins", "lib/cedar/plugins"});
}

fs::path builtin_prompts(const fs::path& executable) {
    return first_folder(executable, {"prompts", "share/cedar/prompts"});
}

fs::path this_executable() {
    std::error_code code;
    return fs::read_symlink("/proc/self/exe", code);
}

}  // namespace cedar::host::app
