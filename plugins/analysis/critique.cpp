#include "critique.hpp"

namespace analysis {
namespace {

Claim claim(const std::string& id, const std::string& words, const Material& material) {
    if (words.empty()) throw cedar::Error("invalid_output", "expected two claims, the model gave a blank one");
    return {id, given(material, id).source, words};
}

}  // namespace

Critique checked(const DraftedCritique& drafted, const Material& material) {
    Critique out;
    out.compared = material.passages.size();
    for (const auto& one : drafted.contradictions) {
        out.contradictions.push_back({claim(one.first_id, one.first_claim, material),
                                      claim(one.second_id, one.second_claim, material), one.why});
    }
    return out;
}

}  // namespace analysis
