#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace aggregator {

using WordSet = std::unordered_set<std::uint64_t>;

// The words of a text in order, as hashes: runs of ASCII letters (in lower case), digits, '_' and whatever is not
// ASCII; a character of a script without blanks is a word of its own. Of JSON text, escapes part words. Thread:
// any.
[[nodiscard]] std::vector<std::uint64_t> words_of(std::string_view text);

// The overlapping groups of three words, by which two texts are compared; fewer words make one group.
[[nodiscard]] WordSet shingles_of(const std::vector<std::uint64_t>& words);

// Shared members over all members: 1 for equal sets, 1 for two empty ones.
[[nodiscard]] double similarity(const WordSet& one, const WordSet& other);

}  // namespace aggregator
