#pragma once
#include "collect.hpp"
#include "units.hpp"

namespace extractive {

// Consecutive units of one passage that answer the question.
struct Quote {
    std::string source;
    std::string heading;  // or empty
    std::vector<Unit> units;
    double score = 0;
};

struct QuoteLimits {
    std::size_t quotes = 5;
    std::size_t characters = 900;  // of one quote
};

// The strongest pieces for the question, best first, none said twice. A piece is scored by the question's terms in
// it, weighted by how rare they are among the passages (BM25's weight), with those of its heading and of its
// neighbour counting half; a sentence that announces something takes what it announces with it. Nothing is quoted
// that shares no term with the question. Ties go to the earlier passage: the same input gives the same quotes.
// Thread: any.
[[nodiscard]] std::vector<Quote> quotes_for(std::string_view question, const std::vector<Found>& passages,
                                            const QuoteLimits& limits = {});

}  // namespace extractive
