#pragma once
#include <cedar/describe.hpp>

namespace aggregator {

struct Config {
    std::uint32_t k = 8;
    std::uint32_t token_budget = 8000;
    std::uint32_t context_tokens = 2000;
    std::uint64_t seed = 0;
    std::string model = "main";
    std::optional<double> temperature = {};
    std::optional<std::uint32_t> max_tokens = {};
    bool stream = true;
};
BOOST_DESCRIBE_STRUCT(Config, (), (k, token_budget, context_tokens, seed, model, temperature, max_tokens, stream))
CEDAR_ANNOTATE(
    Config,
    cedar::field<&Config::k>{.description = "Candidates shown to the model, the strongest distinct ones.",
                             .minimum = 1,
                             .maximum = 50,
                             .has_default = true},
    cedar::field<&Config::token_budget>{.description = "Tokens for all candidates together, four bytes each.",
                                        .minimum = 100,
                                        .maximum = 1000000,
                                        .has_default = true},
    cedar::field<&Config::context_tokens>{
        .description = "Tokens for the conversation and the project's resources; 0 leaves them out.",
        .maximum = 1000000,
        .has_default = true},
    cedar::field<&Config::seed>{.description = "Shuffles the candidates, together with the request's text.",
                                .maximum = 4294967295,
                                .has_default = true},
    cedar::field<&Config::model>{
        .description = "main, fast, summary, or a model's own name.", .min_length = 1, .has_default = true},
    cedar::field<&Config::temperature>{
        .description = "Left to the model unless given.", .minimum = 0, .maximum = 2},
    cedar::field<&Config::max_tokens>{.description = "Of the answer; left to the model unless given.",
                                      .minimum = 16},
    cedar::field<&Config::stream>{.description = "Show the answer while it is made.", .has_default = true})

}  // namespace aggregator
