#include "host/http/router.hpp"

#include "host/http/problem.hpp"

#include <charconv>
#include <utility>

namespace cedar::host::http {

std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
    const auto open = pattern.find('{');
    if (open == std::string_view::npos) return pattern == path ? std::optional<std::string_view>("") : std::nullopt;
    if (path.substr(0, open) != pattern.substr(0, open)) return std::nullopt;
    const auto rest = path.substr(open);
    if (rest.empty() || rest.find('/') != std::string_view::npos) return std::nullopt;
    return rest;
}

std::optional<std::int64_t> parse_id(std::string_view text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || id < 1 || text.front() == '0')
        return std::nullopt;
    return id;
}

void Router::add(std::string method, std::string pattern, Handler handler) {
    routes_.push_back({std::move(method), std::move(pattern), std::move(handler)});
}

void Router::route(const Request& request, Respond respond) const {
    std::string allow;
    for (const auto& route : routes_) {
        const auto parameter = match(route.pattern, request.path);
        if (!parameter) continue;
        if (request.method == route.method || (request.method == "HEAD" && route.method == "GET"))
            return route.handler(request, *parameter, std::move(respond));
        allow += (allow.empty() ? "" : ", ") + route.method + (route.method == "GET" ? ", HEAD" : "");
    }
    if (allow.empty())
        return respond(problem(404, "expected a path of this server, got " + in_quotes(request.path)));
    auto answer = problem(405, request.path + ": expected " + allow + ", got " + in_quotes(request.method));
    answer.fields.emplace_back("Allow", allow);
    respond(std::move(answer));
}

}  // namespace cedar::host::http
