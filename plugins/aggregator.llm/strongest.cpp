#include "strongest.hpp"

#include "words.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace aggregator {
namespace {

// Text looked at for ranking, of all candidates together: more would hold the thread for too long.
constexpr std::size_t kRankedBytes = std::size_t{1} << 20;

struct Entry {
    std::size_t place = 0;
    std::vector<std::uint64_t> words;
    WordSet distinct;
    double strength = 0;
};

std::vector<Entry> read_entries(const std::vector<cedar::Candidate>& candidates) {
    std::vector<Entry> entries;
    const auto share = kRankedBytes / std::max<std::size_t>(candidates.size(), 1);
    for (std::size_t place = 0; place < candidates.size(); ++place) {
        if (!candidates[place].ok) continue;
        Entry entry;
        entry.place = place;
        entry.words = words_of(std::string_view(candidates[place].summary.text()).substr(0, share));
        entry.distinct.insert(entry.words.begin(), entry.words.end());
        entries.push_back(std::move(entry));
    }
    return entries;
}

// How telling each word of the question is: rare among the candidates counts more, as BM25 has it.
std::unordered_map<std::uint64_t, double> weights(const WordSet& question, const std::vector<Entry>& entries) {
    std::unordered_map<std::uint64_t, double> out;
    const auto count = static_cast<double>(entries.size());
    for (const auto word : question) {
        const auto with = static_cast<double>(std::count_if(
            entries.begin(), entries.end(), [&](const Entry& entry) { return entry.distinct.contains(word); }));
        out[word] = std::log(1 + (count - with + 0.5) / (with + 0.5));
    }
    return out;
}

void weigh(Entry& entry, const std::unordered_map<std::uint64_t, double>& question) {
    double met = 0;
    double all = 0;
    std::size_t shared = 0;
    for (const auto& [word, weight] : question) {
        all += weight;
        if (!entry.distinct.contains(word)) continue;
        met += weight;
        ++shared;
    }
    const auto fresh = static_cast<double>(entry.distinct.size() - shared);
    const double coverage = all > 0 ? met / all : 1;
    const double novelty = fresh > 0 ? fresh / (fresh + static_cast<double>(question.size())) : 0;
    entry.strength = coverage * novelty;
}

}  // namespace

Strongest strongest(const std::vector<cedar::Candidate>& candidates, std::string_view question, std::size_t k) {
    auto entries = read_entries(candidates);
    const auto asked = words_of(question.substr(0, kRankedBytes / 16));
    const auto weight = weights(WordSet(asked.begin(), asked.end()), entries);
    for (auto& entry : entries) weigh(entry, weight);
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& one, const Entry& other) { return one.strength > other.strength; });
    Strongest out;
    std::vector<WordSet> taken;
    for (const auto& entry : entries) {
        if (out.chosen.size() == k) {
            ++out.beyond;
            continue;
        }
        auto groups = shingles_of(entry.words);
        const bool said = std::any_of(taken.begin(), taken.end(), [&](const WordSet& other) {
            return similarity(groups, other) >= kNearDuplicate;
        });
        if (said) {
            ++out.near_duplicates;
            continue;
        }
        out.chosen.push_back(entry.place);
        taken.push_back(std::move(groups));
    }
    return out;
}

}  // namespace aggregator
