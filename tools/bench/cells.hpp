#pragma once
#include <functional>
#include <vector>

namespace cedar::bench {

// One figure, or one that is compared with another's, and what measures and prints it.
struct Cell {
    const char* name;
    std::function<void(const char* name)> measure;
};

// The main function of a load program: measures, on the load's processor, the cell that the first argument names,
// or those whose names begin with it; all without one. Returns the exit code.
int measure(const std::vector<Cell>& cells, int count, char** arguments);

}  // namespace cedar::bench
