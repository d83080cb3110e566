#include "terms.hpp"

#include <cedar/detail/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace extractive {
namespace {

constexpr auto common = std::to_array<std::string_view>(
    {"a",    "about", "an",     "and",   "any",    "are",  "as",   "at",    "be",   "by",   "can",   "could",
     "did",  "do",    "doe",    "does",  "for",    "from", "get",  "had",   "has",  "have", "how",   "i",
     "if",   "in",    "into",   "is",    "it",     "its",  "me",   "my",    "no",   "not",  "of",    "on",
     "or",   "our",   "please", "shall", "should", "so",   "tell", "than",  "that", "the",  "their", "them",
     "then", "there", "these",  "they",  "thi",    "this", "to",   "us",    "was",  "we",   "were",  "what",
     "when", "where", "which",  "who",   "why",    "will", "with", "would", "you",  "your"});

// From U+3040 (Hiragana) on: scripts without blanks between words.
bool is_cjk(std::string_view text) {
    const std::size_t length = cedar::detail::utf8_length(text);
    return length >= 3 && text.substr(0, 2) >= "\xE3\x81" && text.front() != '\xF0';
}

// The size in bytes of the word character at the front, 0 when there is none. Latin-1 signs (C2), the signs from
// U+2000 to U+2FFF (E2) and CJK punctuation (E3 80) part words: quotation marks, dashes, arrows.
std::size_t word_character(std::string_view text) {
    const char front = text.front();
    if ((front >= '0' && front <= '9') || (front >= 'a' && front <= 'z') || (front >= 'A' && front <= 'Z'))
        return 1;
    if (front == '_') return 1;
    if (static_cast<unsigned char>(front) < 0x80 || front == '\xC2' || front == '\xE2') return 0;
    if (text.starts_with("\xE3\x80")) return 0;
    return cedar::detail::utf8_length(text);
}

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

void drop(std::string& word, std::string_view ending, std::size_t least) {
    if (word.size() >= ending.size() + least && word.ends_with(ending)) word.resize(word.size() - ending.size());
}

// Light on purpose: a wrong cut is the same on both sides and costs little.
void stem(std::string& word) {
    if (word.ends_with("ies") && word.size() > 4) {
        word.resize(word.size() - 3);
        word += 'y';
    } else if (!word.ends_with("ss") && !word.ends_with("us")) {
        drop(word, "s", 3);
    }
    if (word.ends_with("ing") || word.ends_with("ed")) {
        drop(word, "ing", 3);
        drop(word, "ed", 3);
        if (word.size() > 3 && word[word.size() - 1] == word[word.size() - 2]) word.pop_back();
    }
    drop(word, "e", 3);
}

void add_word(std::vector<std::string>& terms, std::string_view word) {
    std::string term(word);
    std::transform(term.begin(), term.end(), term.begin(), lower);
    stem(term);
    terms.push_back(std::move(term));
}

}  // namespace

std::vector<std::string> terms_of(std::string_view text) {
    std::vector<std::string> terms;
    while (!text.empty()) {
        std::size_t size = word_character(text);
        if (size == 0) {
            text.remove_prefix(1);
            continue;
        }
        if (is_cjk(text)) {
            terms.emplace_back(text.substr(0, size));
            text.remove_prefix(size);
            continue;
        }
        while (size < text.size() && !is_cjk(text.substr(size))) {
            const std::size_t more = word_character(text.substr(size));
            if (more == 0) break;
            size += more;
        }
        while (size < text.size() && (text[size] == '+' || text[size] == '#')) ++size;
        add_word(terms, text.substr(0, size));
        text.remove_prefix(size);
    }
    return terms;
}

std::vector<std::string> question_terms(std::string_view question) {
    std::vector<std::string> all = terms_of(question);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::vector<std::string> telling;
    std::copy_if(all.begin(), all.end(), std::back_inserter(telling), [](const std::string& term) {
        return std::find(common.begin(), common.end(), term) == common.end();
    });
    return telling.empty() ? all : telling;
}

}  // namespace extractive
