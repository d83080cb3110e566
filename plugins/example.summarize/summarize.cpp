#include "summarize.hpp"

#include <cedar/detail/utf8.hpp>

#include <algorithm>

namespace example {
namespace {

constexpr std::size_t max_characters = 200;

// The white space of Unicode outside of ASCII, as UTF-8.
constexpr std::string_view wide_spaces[] = {"\u0085", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
                                            "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A",
                                            "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};
constexpr std::string_view spaces = " \t\n\v\f\r\x1C\x1D\x1E\x1F";

std::size_t space_at_front(std::string_view text) {
    if (!text.empty() && spaces.find(text.front()) != std::string_view::npos) return 1;
    for (const auto space : wide_spaces) {
        if (text.starts_with(space)) return space.size();
    }
    return 0;
}

std::size_t space_at_back(std::string_view text) {
    if (!text.empty() && spaces.find(text.back()) != std::string_view::npos) return 1;
    for (const auto space : wide_spaces) {
        if (text.ends_with(space)) return space.size();
    }
    return 0;
}

}  // namespace

std::string_view trim(std::string_view text) {
    while (const auto size = space_at_front(text)) text.remove_prefix(size);
    while (const auto size = space_at_back(text)) text.remove_suffix(size);
    return text;
}

Summary summarize(const Text& text) {
    std::string front(cedar::detail::first_code_points(trim(text.text), max_characters));
    std::replace(front.begin(), front.end(), '\n', ' ');
    return {"Summary: " + (front.empty() ? "(no content)" : front)};
}

Text shown(const Text& text) {
    return {trim(text.text).empty() ? "(empty)" : text.text};
}

}  // namespace example
