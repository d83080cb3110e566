#include "prompt_values.hpp"

#include "budget.hpp"
#include "strongest.hpp"

#include <cedar/convert.hpp>
#include <cedar/untrusted.hpp>

#include <algorithm>
#include <map>

namespace aggregator {
namespace {

constexpr std::size_t kRefusedBytes = 8192;  // of a refused answer, shown to be mended
constexpr std::size_t kErrorBytes = 300;     // of each failure
constexpr std::size_t kFailures = 30;        // listed one by one

// One entry of the list that the model reads.
struct Shown {
    std::string name;
    bool ok = false;
    std::string status;
    cedar::Json summary;
    cedar::Json error;
};
BOOST_DESCRIBE_STRUCT(Shown, (), (name, ok, status, summary, error))

// What is allowed as an answer, as the model is shown it.
constexpr std::string_view kForm =
    R"({"final":{"function":"final","args":{"text":"the answer, in Markdown","title":"three to six words",)"
    R"("run_summary":["what was done, a line each"]}},)"
    R"("abstain":{"function":"abstain","args":{"reason":"why the candidates do not allow an answer"}}})";

std::uint64_t seed_of(std::uint64_t configured, std::string_view question) {
    std::uint64_t seed = cedar::detail::mixed(configured);
    for (const char c : question) seed = cedar::detail::mixed(seed ^ static_cast<unsigned char>(c));
    return seed & 0xFFFFFFFFU;  // short enough to be read and compared
}

// Fisher and Yates, in Durstenfeld's form.
void shuffle(std::vector<std::size_t>& places, std::uint64_t seed) {
    for (std::size_t left = places.size(); left > 1; --left) {
        seed = cedar::detail::mixed(seed);
        std::swap(places[left - 1], places[seed % left]);
    }
}

std::vector<Shown> shown_candidates(const std::vector<cedar::Candidate>& candidates,
                                    const std::vector<std::size_t>& chosen, std::size_t room) {
    std::vector<std::size_t> needs;
    for (const auto place : chosen) needs.push_back(candidates[place].summary.text().size());
    const auto share = shares(needs, room);
    std::vector<Shown> out;
    for (std::size_t index = 0; index < chosen.size(); ++index) {
        const auto& candidate = candidates[chosen[index]];
        out.push_back({"candidate " + std::to_string(index + 1),
                       true,
                       candidate.status,
                       cedar::Json(reduced(candidate.summary, share[index])),
                       {}});
    }
    return out;
}

// The failed ones by their own names: there is no content that a name could colour.
void add_failures(const std::vector<cedar::Candidate>& candidates, std::vector<Shown>& out) {
    std::size_t listed = 0;
    std::map<std::string, std::size_t> rest;
    for (const auto& candidate : candidates) {
        if (candidate.ok) continue;
        if (listed++ >= kFailures) {
            ++rest[candidate.status];
            continue;
        }
        const std::string why = candidate.error ? candidate.error->code + ": " + candidate.error->message : "";
        out.push_back({candidate.name, false, candidate.status, {}, cedar::json_of(cut(why, kErrorBytes))});
    }
    for (const auto& [status, count] : rest) {
        const std::string more = std::to_string(count) + " more components";
        out.push_back({more, false, status, {}, cedar::json_of(more + " ended so")});
    }
}

// Everything of the prepared prompt but the host's own instructions and the question, which has its own place.
std::string context_of(const cedar::AggregatorInput& input, std::size_t room) {
    std::vector<const cedar::Message*> parts;
    for (const auto& message : input.messages) {
        if (message.role != "system") parts.push_back(&message);
    }
    if (!parts.empty() && (parts.back()->content == input.request.text || input.request.text.empty())) {
        parts.pop_back();
        if (!parts.empty()) parts.pop_back();  // the words that announce the question
    }
    std::vector<std::size_t> needs;
    for (const auto* part : parts) needs.push_back(part->content.size());
    const auto share = shares(needs, room);
    std::string out;
    for (std::size_t index = 0; index < parts.size(); ++index) {
        if (share[index] == 0) continue;
        if (!out.empty()) out += '\n';
        if (parts[index]->role != "user") out += parts[index]->role + ": ";
        out += cut(parts[index]->content, share[index]);
    }
    return out;
}

}  // namespace

PromptValues prompt_values(const cedar::AggregatorInput& input, const Config& config) {
    PromptValues values;
    values.question = input.request.text;
    values.context = context_of(input, config.context_tokens * kBytesPerToken);
    values.form = kForm;
    values.asked = input.candidates.size();
    values.answered = static_cast<std::size_t>(std::count_if(input.candidates.begin(), input.candidates.end(),
                                                             [](const auto& candidate) { return candidate.ok; }));
    values.shuffle_seed = seed_of(config.seed, values.question);

    auto picked = strongest(input.candidates, values.question, config.k);
    values.shown = picked.chosen.size();
    values.near_duplicates = picked.near_duplicates;
    values.beyond = picked.beyond;
    shuffle(picked.chosen, values.shuffle_seed);
    auto shown = shown_candidates(input.candidates, picked.chosen, config.token_budget * kBytesPerToken);
    add_failures(input.candidates, shown);
    values.candidates = cedar::to_json(shown);

    if (input.repair) {
        values.attempt = input.repair->attempt;
        values.answer = input.repair->answer.empty() ? "(nothing)" : cut(input.repair->answer, kRefusedBytes);
        values.problem = input.repair->problem;
    }
    values.mark = cedar::mark_for({values.question, values.context, values.candidates}, values.shuffle_seed);
    return values;
}

}  // namespace aggregator
