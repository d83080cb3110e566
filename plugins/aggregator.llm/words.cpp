#include "words.hpp"

#include <cedar/untrusted.hpp>

#include <algorithm>

namespace aggregator {
namespace {

constexpr std::uint64_t kBasis = 0xCBF29CE484222325U;  // FNV-1a

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

// U+3040 (Hiragana) to U+FFFF: three bytes from E3 81 on.
bool is_cjk(std::string_view text) {
    return text.size() >= 3 && text.substr(0, 2) >= "\xE3\x81" && static_cast<unsigned char>(text[0]) < 0xF0;
}

// The size of the escape at the front, 0 when there is none.
std::size_t escape(std::string_view text) {
    if (text.front() != '\\' || text.size() < 2) return 0;
    return std::min<std::size_t>(text[1] == 'u' ? 6 : 2, text.size());
}

std::uint64_t hash_of(std::string_view word) {
    std::uint64_t hash = kBasis;
    for (char c : word) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    }
    return hash;
}

std::size_t word_size(std::string_view text) {
    if (is_cjk(text)) return 3;
    std::size_t size = 0;
    while (size < text.size() && is_letter(text[size]) && !is_cjk(text.substr(size))) ++size;
    return size;
}

}  // namespace

std::vector<std::uint64_t> words_of(std::string_view text) {
    std::vector<std::uint64_t> words;
    while (!text.empty()) {
        if (const auto size = escape(text); size != 0) {
            text.remove_prefix(size);
        } else if (const auto word = word_size(text); word != 0) {
            words.push_back(hash_of(text.substr(0, word)));
            text.remove_prefix(word);
        } else {
            text.remove_prefix(1);
        }
    }
    return words;
}

WordSet shingles_of(const std::vector<std::uint64_t>& words) {
    constexpr std::size_t group = 3;
    WordSet shingles;
    std::size_t first = 0;
    do {
        std::uint64_t hash = kBasis;
        const auto end = std::min(first + group, words.size());
        for (std::size_t at = first; at < end; ++at) hash = cedar::detail::mixed(hash ^ words[at]);
        if (end != 0) shingles.insert(hash);
    } while (++first + group <= words.size());
    return shingles;
}

double similarity(const WordSet& one, const WordSet& other) {
    if (one.empty() && other.empty()) return 1;
    const auto& small = one.size() <= other.size() ? one : other;
    const auto& large = one.size() <= other.size() ? other : one;
    const auto shared = static_cast<double>(
        std::count_if(small.begin(), small.end(), [&](std::uint64_t item) { return large.contains(item); }));
    return shared / (static_cast<double>(one.size() + other.size()) - shared);
}

}  // namespace aggregator
