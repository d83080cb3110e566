#include "tools/bench/statistics.hpp"

#include <algorithm>
#include <cstdio>

namespace cedar::bench {

double quantile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    const auto last = static_cast<double>(values.size() - 1);
    return values[static_cast<std::size_t>(share * last + 0.5)];
}

Spread spread_of(std::vector<double> values) {
    return {.median = quantile(values, 0.5), .least = quantile(values, 0), .most = quantile(values, 1)};
}

std::string to_text(const Spread& spread) {
    char text[128];
    int size =
        std::snprintf(text, sizeof text, "%8.2f ms  (%.2f to %.2f)", spread.median, spread.least, spread.most);
    if (spread.cpu > 0)
        std::snprintf(text + size, sizeof text - static_cast<std::size_t>(size), "  cpu %.2f", spread.cpu);
    return text + spread.note;
}

}  // namespace cedar::bench
