#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace cedar::host {

// What RapidJSON 1.1 converts by its exact mode is not safe for every number of a foreign text: it makes -6.6e268
// of 0e90, and reads beyond its table of powers for 3.330399939999999939999933393e-333, which ends the process. So
// numbers that are hard, with an exponent or long, are converted by std::from_chars. Private to core. Thread: any.

[[nodiscard]] bool is_hard_number(std::string_view number);

// Of a well-formed number. Too small is zero; none if it is too large for a double.
[[nodiscard]] std::optional<double> read_double(std::string_view number);

// A text that scan_json has passed, with each hard number in the shortest form that reads as the same double.
[[nodiscard]] std::string with_easy_numbers(std::string_view text);

}  // namespace cedar::host
