#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host {

// The words of a text for matching: runs of letters and digits in lower case (ASCII, Latin-1, Greek, Cyrillic), so
// `example.summarize_2` is "example", "summarize", "2"; each CJK character is a word of its own. Ill-formed UTF-8
// separates. Private to core.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

// What a search looks for: a plural `s` is dropped, so that "tables" finds "table".
[[nodiscard]] std::string search_term(std::string_view word);

// Words so common in questions that they say nothing of the subject (English).
[[nodiscard]] bool is_common_word(std::string_view word);

}  // namespace cedar::host
