#include "tools/bench/cells.hpp"

#include "tools/bench/load_socket.hpp"

#include <algorithm>
#include <string>

namespace cedar::bench {

int measure(const std::vector<Cell>& cells, int count, char** arguments) {
    const std::string only = count > 1 ? arguments[1] : "";
    allow_descriptors();
    stay_on(kLoadProcessor);
    const bool exact = std::ranges::any_of(cells, [&](const Cell& cell) { return only == cell.name; });
    for (const auto& cell : cells)
        if (exact ? only == cell.name : std::string(cell.name).starts_with(only)) cell.measure(cell.name);
    return 0;
}

}  // namespace cedar::bench
