#include "host/core/manifest.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace cedar::host {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// A run of digits without a leading zero, up to 2^32 - 1.
std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    if (!all_digits(text) || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{}) return std::nullopt;
    return value;
}

// Takes what is before the first `separator` (or all) off the front of `text`.
std::string_view take(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    const auto part = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return part;
}

// Dot-separated identifiers of [0-9A-Za-z-], none empty; numeric ones without a leading zero unless it is build
// data.
bool identifiers(std::string_view text, bool build) {
    if (text.empty() || text.back() == '.') return false;
    while (!text.empty()) {
        const auto part = take(text, '.');
        const bool characters = std::all_of(part.begin(), part.end(), [](char c) {
            return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
        });
        if (part.empty() || !characters) return false;
        if (!build && all_digits(part) && part.size() > 1 && part.front() == '0') return false;
    }
    return true;
}

// Clause 11.4: numbers by value, below words; words by ASCII.
std::strong_ordering compare_identifier(std::string_view a, std::string_view b) {
    const bool a_number = all_digits(a), b_number = all_digits(b);
    if (a_number != b_number) return a_number ? std::strong_ordering::less : std::strong_ordering::greater;
    if (a_number && a.size() != b.size()) return a.size() <=> b.size();  // no leading zeros: longer is larger
    return a <=> b;
}

std::strong_ordering compare_pre(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) return a.empty() <=> b.empty();  // a release is above its pre-releases
    while (!a.empty() && !b.empty())
        if (const auto order = compare_identifier(take(a, '.'), take(b, '.')); order != 0) return order;
    return !a.empty() <=> !b.empty();  // more identifiers win
}

}  // namespace

Result<Version> Version::parse(std::string_view text) {
    const Error error{
        ErrorCode::invalid_argument,
        "expected a version MAJOR.MINOR.PATCH[-pre][+build], got \"" + std::string(text.substr(0, 64)) + "\"",
        {}};
    auto rest = text;
    const bool has_build = rest.find('+') != rest.npos;
    auto core = take(rest, '+');
    if (has_build && !identifiers(rest, true)) return error;
    const bool has_pre = core.find('-') != core.npos;
    auto pre = core;
    core = take(pre, '-');
    if (has_pre && !identifiers(pre, false)) return error;
    if (std::count(core.begin(), core.end(), '.') != 2) return error;
    const auto major = number(take(core, '.'));
    const auto minor = number(take(core, '.'));
    const auto patch = number(core);
    if (!major || !minor || !patch) return error;
    return Version{*major, *minor, *patch, has_pre ? std::string(pre) : std::string{}};
}

std::string Version::to_string() const {
    char text[3 * (std::numeric_limits<decltype(major)>::digits10 + 2)];
    char* end = text;
    for (const auto number : {major, minor, patch}) {
        if (end != text) *end++ = '.';
        end = std::to_chars(end, std::end(text), number).ptr;
    }
    std::string out(text, end);
    if (!pre.empty()) out += '-' + pre;
    return out;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
    if (const auto order = major <=> other.major; order != 0) return order;
    if (const auto order = minor <=> other.minor; order != 0) return order;
    if (const auto order = patch <=> other.patch; order != 0) return order;
    return compare_pre(pre, other.pre);
}

}  // namespace cedar::host
