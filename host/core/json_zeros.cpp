#include "host/core/json_zeros.hpp"

#include <algorithm>

namespace cedar::host {
namespace {

constexpr std::string_view kShort = "0.0";

// The place after the string that starts here.
std::size_t skip_string(std::string_view text, std::size_t at) {
    for (++at; text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
    return at + 1;
}

}  // namespace

bool is_zero(std::string_view number) {
    return number.substr(0, number.find_first_of("eE")).find_first_of("123456789") == number.npos;
}

void shorten_zeros(char* text, std::size_t size) {
    const std::string_view all(text, size);
    for (std::size_t at = all.find_first_of("\"0123456789"); at < size;) {
        if (text[at] == '"') {
            at = skip_string(all, at);
        } else {
            const auto end = std::min(size, all.find_first_not_of("0123456789.eE+-", at));
            if (end - at > kShort.size() && is_zero(all.substr(at, end - at))) {
                std::fill(std::copy(kShort.begin(), kShort.end(), text + at), text + end, ' ');
            }
            at = end;
        }
        at = all.find_first_of("\"0123456789", at);
    }
}

}  // namespace cedar::host
