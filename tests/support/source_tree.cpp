#include "tests/support/source_tree.hpp"

namespace cedar::host {

std::string in_source_tree(std::string_view path) {
    return std::string(CEDAR_SOURCE_TREE) + "/" + std::string(path);
}

}  // namespace cedar::host
