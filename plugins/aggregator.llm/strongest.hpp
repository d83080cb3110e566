#pragma once
#include <cedar/aggregator.hpp>

#include <cstddef>
#include <vector>

namespace aggregator {

// The candidates that the model is shown, and what became of the others that answered.
struct Strongest {
    std::vector<std::size_t> chosen;  // places in the input, strongest first
    std::size_t near_duplicates = 0;  // left out: said already by a stronger one
    std::size_t beyond = 0;           // left out: weaker than the k chosen
};

// Two texts that share this part of their word groups say the same.
inline constexpr double kNearDuplicate = 0.8;

// The k strongest distinct candidates among those that are ok. A candidate is strong that speaks of the words of
// the question, rare ones above all, and says more than the question itself; of equals the earlier one comes first.
// Thread: any.
[[nodiscard]] Strongest strongest(const std::vector<cedar::Candidate>& candidates, std::string_view question,
                                  std::size_t k);

}  // namespace aggregator
