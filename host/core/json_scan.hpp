#pragma once
#include "host/core/json.hpp"

namespace cedar::host {

struct JsonScan {
    bool hard_numbers = false;  // there is one with an exponent, or a long one
};

// The grammar of RFC 8259, checked without building anything: UTF-8, escapes, numbers that fit a double, no
// trailing text, no key twice in one object, depth and size. parse_json and check_json stand on it, so that
// the library behind parse_json sees only text that is known to be good. Private to core.
[[nodiscard]] Result<JsonScan> scan_json(std::string_view text, const JsonLimits& limits);

}  // namespace cedar::host
