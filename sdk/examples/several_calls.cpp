// Several calls at once: the slowest one counts, not the sum; one that fails leaves the others alone.
#include <cedar/component.hpp>

struct Topics {
    std::vector<std::string> topics;
};
BOOST_DESCRIBE_STRUCT(Topics, (), (topics))
CEDAR_ANNOTATE(Topics, cedar::field<&Topics::topics>{.description = "What to look for.", .max_items = 20})

struct Counts {
    std::map<std::string, std::size_t> passages;
    std::vector<std::string> problems;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (passages, problems))

Counts count_passages(const Topics& topics, cedar::Context& context) {
    std::vector<cedar::Search> searches;
    for (const auto& topic : topics.topics) searches.push_back({.query = topic, .limit = 50});
    const auto replies = context.all(searches);

    Counts counts;
    for (std::size_t index = 0; index < replies.size(); ++index) {
        if (replies[index].ok()) {
            counts.passages[topics.topics[index]] = replies[index]->results.size();
        } else {
            counts.problems.push_back(topics.topics[index] + ": " + replies[index].error().message);
        }
    }
    return counts;
}

CEDAR_PLUGIN(cedar::component<count_passages>{.id = "sample.count_passages",
                                              .version = "1.0.0",
                                              .summary = "Counts the passages on each of several topics.",
                                              .needs = {"store.search"}})
