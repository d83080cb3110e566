#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cedar::host::app {

// What a `.env` file says.
struct EnvFile {
    std::vector<std::pair<std::string, std::string>> variables;  // in the file's order
    std::vector<std::string> problems;  // "<file>:3: expected NAME=VALUE"; a line's text is never in them
};

// Reads `NAME=VALUE` lines: blank lines, `#` comments, `export` before the name, blanks around both parts and
// quotes around the value. Between double quotes \n, \" and \\ mean what they say. A line that is none of these is
// a problem named by its number; the others count. Thread: any.
[[nodiscard]] EnvFile parse_env_file(std::string_view text, std::string_view file);

}  // namespace cedar::host::app
