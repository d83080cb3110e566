#pragma once
#include "config.hpp"

#include <cedar/aggregator.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace aggregator {

// What the templates are filled in with; the names are those of prompts/aggregator.llm/*.md.
struct PromptValues {
    std::string question;
    std::string context;     // of the run, or empty
    std::string candidates;  // JSON array
    std::string form;        // JSON: the function calls that are allowed
    std::string mark;        // at the edges of foreign text, and nowhere in it
    std::size_t asked = 0;
    std::size_t answered = 0;
    std::size_t shown = 0;
    std::size_t near_duplicates = 0;
    std::size_t beyond = 0;
    std::uint64_t shuffle_seed = 0;
    std::optional<std::uint32_t> attempt;  // of a repair, from 1
    std::optional<std::string> answer;     // the refused one
    std::optional<std::string> problem;    // why it was refused
};
BOOST_DESCRIBE_STRUCT(PromptValues, (),
                      (question, context, candidates, form, mark, asked, answered, shown, near_duplicates, beyond,
                       shuffle_seed, attempt, answer, problem))

// The input reduced to what the model is to see. The same input and configuration give the same values, so a repair
// speaks of the same candidates by the same names. Thread: any.
[[nodiscard]] PromptValues prompt_values(const cedar::AggregatorInput& input, const Config& config);

}  // namespace aggregator
