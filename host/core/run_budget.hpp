#pragma once
#include "host/core/run.hpp"

#include <algorithm>
#include <chrono>

namespace cedar::host {

// How a run's time is divided: the fan-out never eats the aggregator's reserve, and neither eats the time for
// storing the outcome. Private to core.
struct RunBudget {
    SteadyTime start{};          // submission
    SteadyTime fan_out_cut{};    // every component has ended by then
    SteadyTime aggregate_cut{};  // the aggregator and its repairs too
    SteadyTime end{};            // terminal event

    [[nodiscard]] std::chrono::microseconds total() const {
        return std::chrono::duration_cast<std::chrono::microseconds>(end - start);
    }

    [[nodiscard]] static RunBudget of(SteadyTime start, const ChatRequest& request, const RunLimits& limits) {
        using std::chrono::microseconds;
        const microseconds budget = std::min(request.timeout.value_or(limits.budget), limits.max_budget);
        const auto save = std::min<microseconds>(limits.save_reserve, budget / 10);
        const auto aggregate = std::min<microseconds>(limits.aggregator_reserve, budget / 2);
        return {start, start + budget - save - aggregate, start + budget - save, start + budget};
    }
};

}  // namespace cedar::host
