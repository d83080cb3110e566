#pragma once
#include "host/core/registry.hpp"
#include "host/core/selector.hpp"

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace cedar::host {

// BM25 over one snapshot's components of role `component`. Immutable. Private to core.
// Source: Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009); k1 = 1.2, b = 0.75.
struct Selector::Index {
    explicit Index(std::span<const ComponentPtr> components);

    struct Hit {
        std::size_t component;  // index into the span given
        double score;
        std::vector<std::string> matched;  // words of the question, as asked, in its order
    };
    // Best first, equal scores by index; at most `limit`. Only components that share a word with the question.
    [[nodiscard]] std::vector<Hit> search(const std::vector<std::string>& words, std::size_t limit) const;

private:
    struct Posting {
        std::size_t component;
        double frequency;
    };
    void add(std::size_t component, const Manifest& manifest);

    std::unordered_map<std::string, std::vector<Posting>> postings_;
    std::vector<double> lengths_;
    double average_length_ = 0;
};

}  // namespace cedar::host
