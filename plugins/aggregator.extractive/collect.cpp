#include "collect.hpp"

#include <cedar/convert.hpp>

#include <set>

namespace extractive {

// What is needed of a passage; another component's may lack the rest.
struct AnyPassage {
    std::string text;
    std::optional<std::string> source;
    std::optional<std::string> chunk_id;
};
BOOST_DESCRIBE_STRUCT(AnyPassage, (), (text, source, chunk_id))

struct AnyContent {
    std::optional<std::vector<cedar::Json>> results;
};
BOOST_DESCRIBE_STRUCT(AnyContent, (), (results))

namespace {

// Another component's content may be anything: what is not of the shape is simply not a passage.
template <class T>
std::optional<T> read(const cedar::Json& json) {
    try {
        return json.as<T>();
    } catch (const cedar::Error&) {
        return std::nullopt;
    }
}

std::string failure(const cedar::Candidate& candidate) {
    std::string out = candidate.name + " (" + candidate.status;
    if (candidate.error && !candidate.error->message.empty()) out += ": " + candidate.error->message;
    return out + ")";
}

class Collector {
public:
    void add(const cedar::Candidate& candidate) {
        ++collected_.candidates;
        if (!candidate.ok) return collected_.failed.push_back(failure(candidate));
        const auto content = read<AnyContent>(candidate.summary);
        if (!content || !content->results) return;
        std::size_t rank = 0;
        for (const auto& json : *content->results) {
            if (const auto passage = read<AnyPassage>(json)) add(*passage, rank++);
        }
        if (rank > 0) ++collected_.with_passages;
    }
    Collected take() { return std::move(collected_); }

private:
    void add(const AnyPassage& passage, std::size_t rank) {
        const std::string source = passage.source.value_or("unnamed source");
        const std::string chunk = passage.chunk_id.value_or("");
        if (!chunk.empty() && !chunks_.insert(chunk).second) return;
        if (!texts_.insert({source, passage.text}).second) return;
        if (collected_.passages.size() == max_passages) {
            ++collected_.beyond;
            return;
        }
        collected_.passages.push_back({source, chunk, passage.text, rank});
    }

    Collected collected_;
    std::set<std::string> chunks_;
    std::set<std::pair<std::string, std::string>> texts_;
};

}  // namespace

Collected collect(const std::vector<cedar::Candidate>& candidates) {
    Collector collector;
    for (const auto& candidate : candidates) collector.add(candidate);
    return collector.take();
}

}  // namespace extractive
