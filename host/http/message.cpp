#include "host/http/message.hpp"

#include <algorithm>

namespace cedar::host::http {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Request::field(std::string_view name) const {
    for (const auto& [key, value] : fields)
        if (equal_ignoring_case(key, name)) return value;
    return {};
}

}  // namespace cedar::host::http
