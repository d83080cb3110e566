#pragma once
#include "host/http/message.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::http {

// What a pattern's "{…}" stood for; empty where there was none.
using Handler = std::function<void(const Request& request, std::string_view parameter, Respond respond)>;

// Routes by method and path. Immutable after set-up. Thread: any.
class Router {
public:
    // `pattern`: a path, of which the last segment may be "{…}", one segment of any text. GET answers HEAD too.
    void add(std::string method, std::string pattern, Handler handler);
    // Calls the handler, or responds 404, or 405 with Allow.
    void route(const Request& request, Respond respond) const;

private:
    struct Route {
        std::string method, pattern;
        Handler handler;
    };
    std::vector<Route> routes_;
};

// The segment that "{…}" stood for (empty if the pattern has none), or nothing when the path does not match.
[[nodiscard]] std::optional<std::string_view> match(std::string_view pattern, std::string_view path);

// A row id: 1 to 2^63 - 1 in decimal digits, no sign, no leading zero.
[[nodiscard]] std::optional<std::int64_t> parse_id(std::string_view text);

}  // namespace cedar::host::http
