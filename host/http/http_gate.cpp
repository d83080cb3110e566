#include "host/http/form.hpp"
#include "host/http/http_session.hpp"
#include "host/http/problem.hpp"
#include "host/http/request_checks.hpp"
#include "host/ports/clock.hpp"

#include <utility>

namespace cedar::host::http {
namespace {

constexpr double login_cost = 20;  // in requests: guessing a token is slower than asking

// A browser that asks for a page is led to the login; a program is told what is missing.
Response no_proof(const Request& request) {
    const bool page =
        request.method == "GET" && request.field("Accept").find("text/html") != std::string_view::npos;
    if (page) {
        Response response;
        response.status = 303;
        const auto next = request.path + (request.query.empty() ? "" : "?" + request.query);
        response.fields = {{"Location", "/login?next=" + percent_encode(next)}, {"Cache-Control", "no-store"}};
        return response;
    }
    auto answer = problem(401, "Authorization: expected \"Bearer\" and the token of this server");
    answer.fields.emplace_back("WWW-Authenticate", "Bearer realm=\"cedar\"");
    return answer;
}

}  // namespace

// Which server is meant; before any route, so that a name that does not belong here learns nothing.
bool HttpSession::take_target() {
    auto target = parse_target(parser_->get().target());
    if (!target) {
        respond(fatal_problem(400, target.error().message));
        return false;
    }
    request_.path = std::move(target->path);
    request_.query = std::move(target->query);
    const auto host = target->authority.empty() ? request_.field("Host") : std::string_view(target->authority);
    if (!context_->hosts.accepts(request_.field("Host")) || !context_->hosts.accepts(host)) {
        respond(fatal_problem(421, "Host: expected " + context_->hosts.expected() + ", got " + in_quotes(host)));
        return false;
    }
    return true;
}

// Whether this client may ask that. What changes something, and every socket, must come from a page of our own; a
// browser says so, and one that has logged in must.
bool HttpSession::may_pass() {
    const auto refuse = [this](Response answer) {
        answer.close = true;
        respond(std::move(answer));
        return false;
    };
    const auto now = context_->ports.clock->now();
    const bool guess = request_.path == "/login" && request_.method == "POST";
    if (!ticket_.place().take(guess ? login_cost : 1, now.steady)) {
        ++context_->rate_limited;
        return refuse(problem(429, "expected fewer requests from one client"));
    }
    const bool reads = request_.method == "GET" || request_.method == "HEAD";
    const bool changes = !reads || chat_socket_project(request_.path);
    const auto origin = request_.field("Origin");
    const bool own = changes || event_stream_thread(request_.path);  // a browser's own stream shows no Origin
    if (own && !HostPolicy::same_origin(origin, request_.field("Host"), socket_.secure()))
        return refuse(problem(403, "Origin: expected this server's own, got " + in_quotes(origin)));
    const auto& access = context_->access;
    if (access.open_to_all()) return true;
    const auto login = access.login(request_, now.utc);
    const auto proof = login.proof;
    ticket_.let_in_by(login);
    if (changes && origin.empty() && proof != Access::Proof::bearer && has_login_cookie(request_))
        return refuse(problem(403, "Origin: expected this server's own beside a cookie, got none"));
    if (proof != Access::Proof::none || is_public_path(request_.path)) return true;
    ++context_->unauthorized;
    if (!request_.field("Authorization").empty())
        static_cast<void>(ticket_.place().take(login_cost, now.steady));  // what is left of it, if any
    return refuse(no_proof(request_));
}

}  // namespace cedar::host::http
