#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cedar::host::http {

// One HTTP request, read whole and checked, as the routes see it.
struct Request {
    std::string method;                                       // as sent: case matters
    std::string path;                                         // percent-decoded, begins with '/'
    std::string query;                                        // after '?', not decoded
    std::vector<std::pair<std::string, std::string>> fields;  // in the order sent
    std::string body;

    // The first field of that name, any case; empty when absent.
    [[nodiscard]] std::string_view field(std::string_view name) const;
};

struct Response {
    unsigned status = 200;
    std::string content_type;                                 // empty: no body
    std::vector<std::pair<std::string, std::string>> fields;  // beside those that every response has
    std::string body;
    std::string_view fixed_body;  // used instead of `body` if not empty; lives as long as the process
    bool close = false;           // the connection ends after it

    [[nodiscard]] std::string_view content() const { return fixed_body.empty() ? body : fixed_body; }
};

// Called exactly once, on any thread.
using Respond = std::function<void(Response)>;

[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace cedar::host::http
