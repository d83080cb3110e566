#pragma once
#include <cedar/aggregator.hpp>

namespace extractive {

// The answer made of quotes alone: the strongest sentences for the question from the passages that the candidates
// found, numbered, each with its source. When there are none, the text says that nothing was found and what can be
// done. The same input gives the same answer. Thread: any.
[[nodiscard]] cedar::Final extract(const cedar::AggregatorInput& input);

}  // namespace extractive
