#pragma once
#include <map>
#include <string>

namespace cedar::bench {

// Runs the script beside this program with Node and reads its figures, "name milliseconds" a line. Empty when
// there is no Node.
[[nodiscard]] std::map<std::string, double> node_baseline(const std::string& script);

}  // namespace cedar::bench
