// Several calls at once: the slowest one counts, not the sum; one that fails leaves the others alone.
#include <cedar/component.hpp>

#include <sstream>

struct Request {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Request, (), (text))
CEDAR_ANNOTATE(Request, cedar::field<&Request::text>{.description = "What to look for, a topic a line."})

struct Counts {
    std::map<std::string, std::size_t> passages;
    std::vector<std::string> problems;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (passages, problems))

Counts count_passages(const Request& request, cedar::Context& context) {
    std::vector<cedar::Search> searches;
    std::istringstream lines(request.text);
    for (std::string topic; std::getline(lines, topic);) searches.push_back({.query = topic, .limit = 50});
    const auto replies = context.all(searches);

    Counts counts;
    for (std::size_t index = 0; index < replies.size(); ++index) {
        if (replies[index].ok()) {
            counts.passages[searches[index].query] = replies[index]->results.size();
        } else {
            counts.problems.push_back(searches[index].query + ": " + replies[index].error().message);
        }
    }
    return counts;
}

CEDAR_PLUGIN(cedar::component<count_passages>{.id = "sample.count_passages",
                                              .version = "1.0.0",
                                              .summary = "Counts the passages on each of several topics.",
                                              .needs = {"store.search"}})
