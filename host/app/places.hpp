#pragma once
#include <filesystem>

namespace cedar::host::app {

// Where things lie relative to the executable: `../plugins` and `../prompts` in a build tree,
// `../lib/cedar/plugins` and `../share/cedar/prompts` when installed. Empty when there is no such folder. Thread:
// any.
[[nodiscard]] std::filesystem::path builtin_plugins(const std::filesystem::path& executable);
[[nodiscard]] std::filesystem::path builtin_prompts(const std::filesystem::path& executable);
// The running executable, links resolved; empty when the system does not tell.
[[nodiscard]] std::filesystem::path this_executable();

}  // namespace cedar::host::app
