#pragma once
#include <cedar/aggregator.hpp>

namespace extractive {

// A passage that some candidate found, and which.
struct Found {
    std::string source;
    std::string chunk_id;
    std::string text;
    std::size_t rank = 0;  // 0 is the best of its candidate

    bool operator==(const Found&) const = default;
};

struct Collected {
    std::vector<Found> passages;      // distinct, in the order of the candidates
    std::size_t candidates = 0;       // asked
    std::size_t with_passages = 0;    // gave at least one
    std::size_t beyond = 0;           // passages left out above max_passages
    std::vector<std::string> failed;  // "tool.web (timeout: took longer than 15 s)"
};

inline constexpr std::size_t max_passages = 2000;

// Takes the passages of every candidate whose content has `results`; what else a candidate says is not a document
// and is not quoted. The same chunk, or the same text of the same source, counts once. Thread: any.
[[nodiscard]] Collected collect(const std::vector<cedar::Candidate>& candidates);

}  // namespace extractive
