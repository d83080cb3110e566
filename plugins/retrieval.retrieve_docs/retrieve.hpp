#pragma once
#include <cedar/services.hpp>

namespace retrieval {

struct Query {
    std::string query;
    std::optional<std::int64_t> file_id;
};
BOOST_DESCRIBE_STRUCT(Query, (), (query, file_id))
CEDAR_ANNOTATE(Query, cedar::field<&Query::query>{.description = "What is looked for, in ordinary words."},
               cedar::field<&Query::file_id>{.description = "Look in this file only."})

struct Config {
    std::uint32_t limit = 20;
};
BOOST_DESCRIBE_STRUCT(Config, (), (limit))
CEDAR_ANNOTATE(Config,
               cedar::field<&Config::limit>{
                   .description = "How many passages at most.", .minimum = 1, .maximum = 200, .has_default = true})

// Nothing to look for: white space only. Thread: any.
[[nodiscard]] bool is_blank(const Query& query);

// The request to store.search. Thread: any.
[[nodiscard]] cedar::Search search_for(const Query& query, const Config& config);

// What the component was asked, as three messages for those who watch the run. Thread: any.
[[nodiscard]] std::vector<cedar::Message> prompt_for(const Query& query);

}  // namespace retrieval
