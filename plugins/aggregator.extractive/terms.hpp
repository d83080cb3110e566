#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace extractive {

// The words of a text in order, lower case, with the common English endings taken off, so that "components" meets
// "component". Letters, digits and '_' make a word; '+' and '#' stay at the end of one ("c++"); each CJK character
// is a word of its own. Thread: any.
[[nodiscard]] std::vector<std::string> terms_of(std::string_view text);

// The distinct terms of a question without words that every question has ("how", "do", "the"); with them
// when there is nothing else. Sorted. Thread: any.
[[nodiscard]] std::vector<std::string> question_terms(std::string_view question);

}  // namespace extractive
