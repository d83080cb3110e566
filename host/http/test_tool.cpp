#include "host/http/test_tool.hpp"

#include "host/core/json.hpp"
#include "host/http/problem.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace cedar::host::http {
namespace {

// As the original read it: without blanks around it, in lower case.
std::string function_name(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    std::string name(text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

}  // namespace

Response test_tool_response(const Request& request, bool open) {
    if (!open) return problem(403, "forbidden: this route is open in test mode only (CEDAR_TEST_MODE=1)");
    const auto body = parse_json(request.body);
    if (!body) return problem(400, body.error().message);
    if (!body->IsObject()) return problem(400, "expected a JSON object with a function");
    const auto name = function_name(string_member(*body, "function"));
    if (name.empty()) return problem(400, "function: expected the name of a tool, got none");
    return problem(400, "unsupported function: this host has no tool " + in_quotes(name));
}

}  // namespace cedar::host::http
