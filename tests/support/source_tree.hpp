#pragma once
#include <string>
#include <string_view>

namespace cedar::host {

// The full path of a file of this repository, for tests that read one; `path` is relative to the top of the tree.
[[nodiscard]] std::string in_source_tree(std::string_view path);

}  // namespace cedar::host
