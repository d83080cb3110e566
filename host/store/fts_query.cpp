#include "host/store/fts_query.hpp"

#include "host/core/json.hpp"
#include "host/store/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace cedar::host::store {

namespace {

constexpr std::array<std::string_view, 70> kStopWords{
    "a",     "about", "am",    "an",    "and",   "any",  "are",    "as",    "at",   "be",   "been", "but",
    "by",    "can",   "could", "did",   "do",    "does", "for",    "from",  "had",  "has",  "have", "he",
    "her",   "his",   "how",   "i",     "if",    "in",   "into",   "is",    "it",   "its",  "me",   "my",
    "of",    "on",    "or",    "our",   "shall", "she",  "should", "so",    "some", "than", "that", "the",
    "their", "them",  "then",  "there", "these", "they", "this",   "those", "to",   "us",   "was",  "we",
    "were",  "what",  "when",  "where", "which", "who",  "why",    "will",  "with", "you"};
static_assert(std::ranges::is_sorted(kStopWords));

struct Word {
    std::string text;  // ASCII letters in lower case
    bool indexable = false;
    bool literal = false;
    bool stop = false;
};

bool is_cjk(char32_t c) {
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x3FFFF);
}

// Characters that people search for and the tokenizer takes for white space: arrows, mathematics, dingbats, emoji.
bool is_symbol(char32_t c) {
    return (c >= 0x2190 && c <= 0x2BFF) || (c >= 0x1F000 && c <= 0x1FAFF);
}

// Punctuation beyond ASCII that ends a word as a comma does.
bool is_wide_punctuation(char32_t c) {
    return (c >= 0x2010 && c <= 0x205E) || (c >= 0x3000 && c <= 0x303F) || (c >= 0xFF00 && c <= 0xFF0F) ||
           c == 0xA0 || c == 0xAB || c == 0xBB || c == 0xFF1A || c == 0xFF1B || c == 0xFF1F || c == 0xFE0F;
}

bool ends_word(char32_t c) {
    return c <= 0x20 || c == 0x7F || is_wide_punctuation(c);
}

bool is_ascii_alnum(char32_t c) {
    return c < 0x80 && is_alnum(static_cast<char>(c));
}

// "C++", "g++", "C#", "F#": letters, then what the tokenizer drops.
bool has_meaningful_suffix(std::string_view word) {
    return word.size() > 1 && is_alnum(word.front()) && (word.back() == '+' || word.back() == '#');
}

std::string_view strip_punctuation(std::string_view word) {
    constexpr std::string_view kLeading = "\"'`()[]{}<>,;:!?*=|/\\~^&%$+#-_.@";
    constexpr std::string_view kTrailing = "\"'`()[]{}<>,;:!?*=|/\\~^&%$-_.@";
    while (!word.empty() && kLeading.find(word.front()) != std::string_view::npos) word.remove_prefix(1);
    while (!word.empty() && kTrailing.find(word.back()) != std::string_view::npos) word.remove_suffix(1);
    return word;
}

Word classify(std::string_view text) {
    Word word{lower_ascii(strip_punctuation(text))};
    for (std::size_t i = 0; i < word.text.size();) {
        const auto c = code_point_at(word.text, i);
        word.literal = word.literal || is_cjk(c.value) || is_symbol(c.value);
        word.indexable = word.indexable || is_ascii_alnum(c.value) || (c.value >= 0x80 && !is_symbol(c.value));
        i += c.size;
    }
    word.literal = word.literal || has_meaningful_suffix(word.text);
    word.stop = std::ranges::binary_search(kStopWords, std::string_view(word.text));
    return word;
}

// Distinct words in the order of the text.
std::vector<Word> split(std::string_view text) {
    std::vector<Word> words;
    std::set<std::string> seen;
    const auto add = [&](std::string_view raw) {
        auto word = classify(raw);
        if (!word.indexable && !word.literal) return;
        if (seen.insert(word.text).second) words.push_back(std::move(word));
    };
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto c = code_point_at(text, i);
        if (ends_word(c.value)) {
            add(text.substr(begin, i - begin));
            begin = i + c.size;
        }
        i += c.size;
    }
    add(text.substr(begin));
    return words;
}

std::string quoted(std::string_view word) {
    std::string out = "\"";
    for (const char c : word) {
        if (c == '"') out += '"';
        out += c;
    }
    return out += '"';
}

bool has_cjk(std::string_view word) {
    for (std::size_t i = 0; i < word.size();) {
        const auto c = code_point_at(word, i);
        if (is_cjk(c.value)) return true;
        i += c.size;
    }
    return false;
}

}  // namespace

FtsQuery to_fts_query(std::string_view text) {
    const std::string clean = to_utf8(text);
    auto words = split(clean);
    if (!std::ranges::all_of(words, &Word::stop)) std::erase_if(words, [](const Word& word) { return word.stop; });
    if (words.size() > kQueryWordsMax) words.resize(kQueryWordsMax);
    FtsQuery query;
    for (const auto& word : words) {
        if (word.indexable) query.match += (query.match.empty() ? "" : " OR ") + quoted(word.text);
        if (word.literal && query.literals.size() < kLiteralWordsMax) {
            query.literals.push_back({word.text, word.indexable && !has_cjk(word.text)});
        }
    }
    return query;
}

}  // namespace cedar::host::store
