#include "host/http/form.hpp"
#include "host/http/page.hpp"
#include "host/http/problem.hpp"
#include "host/http/responses.hpp"
#include "host/http/site.hpp"
#include "host/ports/clock.hpp"

#include <utility>

namespace cedar::host::http {

Response Site::show_login(const Request& request) const {
    if (access_.open_to_all()) return see_other("/");
    const auto query = Form::parse(request.query);
    const auto next = query ? query->find("next") : std::nullopt;
    return html(login_page(local_path(next.value_or("/")), false));
}

Response Site::log_in(const Request& request) const {
    if (access_.open_to_all()) return see_other("/");
    if (!is_form(request.field("Content-Type")))
        return problem(415, "Content-Type: expected application/x-www-form-urlencoded, got " +
                                in_quotes(request.field("Content-Type")));
    const auto form = Form::parse(request.body);
    if (!form) return problem(form.error());
    const auto next = local_path(form->find("next").value_or("/"));
    if (!access_.is_token(form->find("token").value_or(""))) {
        auto again = html(login_page(next, true));
        again.status = 401;
        again.fields.emplace_back("WWW-Authenticate", "Bearer realm=\"cedar\"");
        return again;
    }
    auto answer = see_other(next);
    answer.fields.emplace_back("Set-Cookie", access_.login_cookie(ports_.clock->now().utc));
    return answer;
}

Response Site::log_out() const {
    auto answer = see_other("/login");
    answer.fields.emplace_back("Set-Cookie", access_.logout_cookie());
    return answer;
}

}  // namespace cedar::host::http
