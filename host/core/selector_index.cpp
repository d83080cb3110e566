#include "host/core/selector_index.hpp"

#include "host/core/words.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace cedar::host {
namespace {

constexpr double kK1 = 1.2, kB = 0.75;

std::string indexed_text(const Manifest& manifest) {
    auto text = manifest.id + ' ' + manifest.summary;
    for (const auto& tag : manifest.tags) text += ' ' + tag;
    for (const auto& example : manifest.examples) text += ' ' + example.input + ' ' + example.output;
    return text;
}

}  // namespace

Selector::Index::Index(std::span<const ComponentPtr> components) : lengths_(components.size(), 0) {
    for (std::size_t i = 0; i < components.size(); ++i) add(i, components[i]->manifest);
    if (!lengths_.empty())
        average_length_ =
            std::accumulate(lengths_.begin(), lengths_.end(), 0.0) / static_cast<double>(lengths_.size());
}

void Selector::Index::add(std::size_t component, const Manifest& manifest) {
    std::map<std::string, double> counts;
    for (const auto& word : words_of(indexed_text(manifest))) {
        if (is_common_word(word)) continue;
        counts[search_term(word)] += 1;
        lengths_[component] += 1;
    }
    for (const auto& [term, count] : counts) postings_[term].push_back({component, count});
}

std::vector<Selector::Index::Hit> Selector::Index::search(const std::vector<std::string>& words,
                                                          std::size_t limit) const {
    std::map<std::size_t, Hit> hits;
    std::vector<std::string> seen;
    for (const auto& word : words) {
        const auto term = search_term(word);
        if (is_common_word(word) || std::find(seen.begin(), seen.end(), term) != seen.end()) continue;
        seen.push_back(term);
        const auto found = postings_.find(term);
        if (found == postings_.end()) continue;
        const auto n = static_cast<double>(found->second.size());
        const auto idf = std::log(1 + (static_cast<double>(lengths_.size()) - n + 0.5) / (n + 0.5));
        for (const auto& [component, frequency] : found->second) {
            const auto norm = kK1 * (1 - kB + kB * lengths_[component] / average_length_);
            auto& hit = hits.try_emplace(component, Hit{component, 0, {}}).first->second;
            hit.score += idf * frequency * (kK1 + 1) / (frequency + norm);
            hit.matched.push_back(word);
        }
    }
    std::vector<Hit> out;
    for (auto& [component, hit] : hits) out.push_back(std::move(hit));
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
    if (out.size() > limit) out.resize(limit);
    return out;
}

}  // namespace cedar::host
