#pragma once
#include "passages.hpp"

namespace analysis {

// Two statements that cannot both be true; one passage may contradict itself.
struct DraftedContradiction {
    std::string first_id;
    std::string first_claim;
    std::string second_id;
    std::string second_claim;
    std::string why;
};
BOOST_DESCRIBE_STRUCT(DraftedContradiction, (), (first_id, first_claim, second_id, second_claim, why))

struct DraftedCritique {
    std::vector<DraftedContradiction> contradictions;
};
BOOST_DESCRIBE_STRUCT(DraftedCritique, (), (contradictions))

struct Claim {
    std::string chunk_id;
    std::string source;
    std::string claim;
};
BOOST_DESCRIBE_STRUCT(Claim, (), (chunk_id, source, claim))

struct Contradiction {
    Claim first;
    Claim second;
    std::string why;
};
BOOST_DESCRIBE_STRUCT(Contradiction, (), (first, second, why))

struct Critique {
    std::uint64_t compared = 0;  // passages
    std::vector<Contradiction> contradictions;
};
BOOST_DESCRIBE_STRUCT(Critique, (), (compared, contradictions))

// Throws Error "invalid_output" for an id that was not given, or a contradiction without claims. Thread: any.
[[nodiscard]] Critique checked(const DraftedCritique& drafted, const Material& material);

}  // namespace analysis
