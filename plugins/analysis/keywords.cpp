#include "keywords.hpp"

#include <cedar/detail/utf8.hpp>
#include <cedar/untrusted.hpp>

#include <algorithm>
#include <set>

namespace analysis {
namespace {

constexpr std::size_t kTextMax = 20000;  // code points of the text that are looked at
constexpr std::size_t kKeywordMax = 100;

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

}  // namespace

KeywordsMaterial material(const std::string& text, std::uint32_t count) {
    const std::string beginning(cedar::detail::first_code_points(text, kTextMax));
    return {beginning, cedar::mark_for({beginning}), count};
}

Keywords tidied(const Keywords& drafted, std::uint32_t count) {
    Keywords out;
    std::set<std::string> seen;
    for (const auto& word : drafted.keywords) {
        const auto keyword = trimmed(word);
        if (keyword.empty() || cedar::detail::count_code_points(keyword) > kKeywordMax) continue;
        if (out.keywords.size() == count) break;
        if (seen.insert(lower(keyword)).second) out.keywords.push_back(keyword);
    }
    return out;
}

}  // namespace analysis
