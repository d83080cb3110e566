#include "host/store/sentences.hpp"

#include "host/store/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace cedar::host::store {

namespace {

constexpr std::array<std::string_view, 19> kAbbreviations{"approx", "ca",   "cf", "dr",  "e.g", "eq", "etc",
                                                          "fig",    "i.e",  "mr", "mrs", "ms",  "nr", "no",
                                                          "p",      "prof", "st", "vol", "vs"};

constexpr std::array<std::string_view, 4> kWideStops{"。", "！", "？", "…"};

std::string_view word_before(std::string_view text) {
    std::size_t begin = text.size();
    while (begin > 0 && (is_alnum(text[begin - 1]) || text[begin - 1] == '.')) --begin;
    return text.substr(begin);
}

bool all_digits(std::string_view word) {
    return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

// The full stop after "e.g", "3", "J" belongs to the word.
bool stop_is_part_of(std::string_view word) {
    if (word.size() == 1 || all_digits(word)) return true;
    return std::ranges::find(kAbbreviations, lower_ascii(word)) != kAbbreviations.end();
}

std::string_view without_closing(std::string_view text) {
    constexpr std::array<std::string_view, 6> kClosing{"\"", "'", ")", "]", "”", "’"};
    for (bool again = true; again;) {
        again = false;
        for (const auto mark : kClosing) {
            if (!text.ends_with(mark)) continue;
            text.remove_suffix(mark.size());
            again = true;
        }
    }
    return text;
}

bool next_is_lower(std::string_view text) {
    text = trim(text);
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z';
}

}  // namespace

bool ends_sentence(std::string_view text, std::size_t offset) {
    const auto before = without_closing(text.substr(0, offset));
    if (std::ranges::any_of(kWideStops, [&](std::string_view stop) { return before.ends_with(stop); })) return true;
    if (before.empty() || offset >= text.size() || !is_space(text[offset])) return false;
    if (before.back() == '!' || before.back() == '?') return true;
    if (before.back() != '.') return false;
    return !stop_is_part_of(word_before(before.substr(0, before.size() - 1))) &&
           !next_is_lower(text.substr(offset, 64));
}

}  // namespace cedar::host::store
