#pragma once
#include <string>
#include <vector>

namespace cedar::bench {

// Milliseconds of repeated measurements.
struct Spread {
    double median = 0, least = 0, most = 0;
    double cpu = 0;      // median processor time of the whole process; 0: not measured
    std::string note{};  // of Rounds
};
[[nodiscard]] Spread spread_of(std::vector<double> values);
// The value that `share` (0 to 1) of them do not exceed. `values` is not empty.
[[nodiscard]] double quantile(std::vector<double> values, double share);
[[nodiscard]] std::string to_text(const Spread& spread);

}  // namespace cedar::bench
