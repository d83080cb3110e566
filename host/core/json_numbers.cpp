#include "host/core/json_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace cedar::host {
namespace {

constexpr std::size_t kEasyNumber = 20;  // characters, without an exponent

// The power of ten of the first digit that is not zero, before the exponent counts.
std::ptrdiff_t leading_power(std::string_view mantissa) {
    const auto point = std::min(mantissa.find('.'), mantissa.size());
    const auto first = mantissa.find_first_of("123456789");
    const auto distance = static_cast<std::ptrdiff_t>(point) - static_cast<std::ptrdiff_t>(first);
    return distance > 0 ? distance - 1 : distance;
}

bool is_large(std::string_view number) {
    const auto e = number.find_first_of("eE");
    const auto power = leading_power(number.substr(0, e));
    if (e == number.npos) return power > 0;
    auto digits = number.substr(e + 1);
    const bool down = digits.front() == '-';
    if (digits.front() == '+') digits.remove_prefix(1);
    std::ptrdiff_t exponent = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (read.ec != std::errc{}) return !down;
    return exponent > -power;
}

// The place after the string that starts here.
std::size_t skip_string(std::string_view text, std::size_t at) {
    for (++at; text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
    return at + 1;
}

void add_easy(std::string& to, double value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    const std::string_view shortest(digits, static_cast<std::size_t>(end - digits));
    to += shortest;
    if (shortest.find_first_of(".e") == shortest.npos) to += ".0";  // it stays a fraction
}

}  // namespace

bool is_hard_number(std::string_view number) {
    return number.size() > kEasyNumber || number.find_first_of("eE") != number.npos;
}

std::optional<double> read_double(std::string_view number) {
    double value = 0;
    const auto problem = std::from_chars(number.data(), number.data() + number.size(), value).ec;
    if (problem == std::errc{}) return value;
    return is_large(number) ? std::nullopt : std::optional(0.0);
}

std::string with_easy_numbers(std::string_view text) {
    std::string easy;
    easy.reserve(text.size());
    std::size_t copied = 0;
    for (auto at = text.find_first_of("\"-0123456789"); at != text.npos;) {
        if (text[at] == '"') {
            at = skip_string(text, at);
        } else {
            const auto end = std::min(text.size(), text.find_first_not_of("-+.eE0123456789", at));
            const auto number = text.substr(at, end - at);
            if (is_hard_number(number)) {
                easy += text.substr(copied, at - copied);
                add_easy(easy, read_double(number).value_or(0));
                copied = end;
            }
            at = end;
        }
        at = text.find_first_of("\"-0123456789", at);
    }
    return easy += text.substr(copied);
}

}  // namespace cedar::host
