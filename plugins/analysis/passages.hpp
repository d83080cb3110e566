#pragma once
#include <cedar/context.hpp>

#include <optional>
#include <string>
#include <vector>

namespace analysis {

// What a run gives to each component; `passages` when another component asks with passages of its own.
struct Question {
    std::string query;
    std::optional<std::int64_t> file_id;
    std::optional<std::vector<cedar::Passage>> passages;
};
BOOST_DESCRIBE_STRUCT(Question, (), (query, file_id, passages))
CEDAR_ANNOTATE(Question,
               cedar::field<&Question::passages>{.description = "Worked on instead of those that a search finds."})

struct Config {
    std::uint32_t limit = 12;
    std::uint32_t token_budget = 6000;
    std::string model = "main";
};
BOOST_DESCRIBE_STRUCT(Config, (), (limit, token_budget, model))
CEDAR_ANNOTATE(Config,
               cedar::field<&Config::limit>{
                   .description = "Passages searched for.", .minimum = 1, .maximum = 200, .has_default = true},
               cedar::field<&Config::token_budget>{.description = "Tokens of all passages, four bytes each.",
                                                   .minimum = 100,
                                                   .maximum = 1000000,
                                                   .has_default = true},
               cedar::field<&Config::model>{.description = "main, fast, summary, or a model's own name.",
                                            .min_length = 1,
                                            .has_default = true})

// What the templates are filled in with.
struct Material {
    std::string question;
    std::vector<cedar::Passage> passages;
    std::string mark;  // at the edges of the passages, and nowhere in them
};
BOOST_DESCRIBE_STRUCT(Material, (), (question, passages, mark))

// The passages of the question, or else what store.search finds for it; none for a blank one.
[[nodiscard]] std::vector<cedar::Passage> find_passages(const Question& question, const Config& config,
                                                        cedar::Context& context);

// The first passages that fit into the budget, and a mark for them. Pure. Thread: any.
[[nodiscard]] Material material(std::string question, std::vector<cedar::Passage> passages, const Config& config);

// The passage of that id. Throws Error "invalid_output" naming the id when it was not among those given.
[[nodiscard]] const cedar::Passage& given(const Material& material, const std::string& chunk_id);

}  // namespace analysis
