#include "host/core/words.hpp"

#include "host/core/utf8.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host {
namespace {

bool is_cjk(char32_t c) {
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

bool is_word(char32_t c) {
    if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
    if (c == 0xD7 || c == 0xF7) return false;
    const bool punctuation = (c >= 0x2000 && c <= 0x206F) || (c >= 0x2190 && c <= 0x2BFF) ||
                             (c >= 0x3000 && c <= 0x303F) || (c >= 0xFF00 && c <= 0xFF0F) || c == 0xFEFF;
    return !punctuation;
}

char32_t lower(char32_t c) {
    if (c >= 'A' && c <= 'Z') return c + 0x20;
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40F) return c + 0x50;
    return c;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty()) words.push_back(std::exchange(word, {}));
    };
    while (!text.empty()) {
        const auto length = utf8_sequence(text);
        const auto sequence = text.substr(0, std::max<std::size_t>(1, length));
        const auto c = length == 0 ? U' ' : utf8_decode(sequence);
        if (!is_word(c)) {
            finish();
        } else if (is_cjk(c)) {
            finish();
            words.emplace_back(sequence);
        } else if (c < 0x80) {
            word.push_back(static_cast<char>(lower(c)));
        } else {
            utf8_append(word, lower(c));
        }
        text.remove_prefix(sequence.size());
    }
    finish();
    return words;
}

std::string search_term(std::string_view word) {
    const bool plural = word.size() > 3 && word.back() == 's' && word[word.size() - 2] != 's';
    return std::string(plural ? word.substr(0, word.size() - 1) : word);
}

bool is_common_word(std::string_view word) {
    static constexpr std::string_view kCommon[] = {
        "a",   "about", "all",    "an",   "and",   "any",   "are",   "as",    "at",   "be",   "by",  "can",
        "did", "do",    "does",   "for",  "from",  "get",   "give",  "had",   "has",  "have", "how", "i",
        "if",  "in",    "into",   "is",   "it",    "its",   "me",    "my",    "no",   "not",  "of",  "on",
        "or",  "our",   "please", "so",   "that",  "the",   "their", "there", "they", "this", "to",  "was",
        "we",  "were",  "what",   "when", "where", "which", "who",   "why",   "will", "with", "you", "your"};
    return std::binary_search(std::begin(kCommon), std::end(kCommon), word);
}

}  // namespace cedar::host
