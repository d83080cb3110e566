#pragma once
#include "host/core/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cedar::host::http {

// Decodes %XX, and '+' as a blank if `plus_is_blank`. Error invalid_argument: a '%' without two hex digits.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text, bool plus_is_blank = false);

// Every octet that is not a letter, a digit or one of "-._~/" as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

// The fields of a form as a browser sends it, in order. Source: the application/x-www-form-urlencoded parser of the
// WHATWG URL standard, strict about '%'.
class Form {
public:
    // Error invalid_argument: a broken escape, or more than 64 fields.
    [[nodiscard]] static Result<Form> parse(std::string_view body);
    // The first field of that name.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

// Whether a Content-Type value means such a form, with or without parameters.
[[nodiscard]] bool is_form(std::string_view content_type);

}  // namespace cedar::host::http
