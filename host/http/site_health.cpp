#include "host/core/json.hpp"
#include "host/http/problem.hpp"
#include "host/http/responses.hpp"
#include "host/http/site.hpp"
#include "host/ports/clock.hpp"
#include "host/ports/store.hpp"

#include <limits>
#include <utility>

namespace cedar::host::http {
namespace {

Response unavailable(std::string body) {
    auto response = json(std::move(body));
    response.status = 503;
    response.fields.emplace_back("Retry-After", "1");
    return response;
}

std::string document(std::string_view status, const std::vector<ServerPorts::Part>& parts) {
    std::string out = R"({"status":)" + json_string(status);
    for (const auto& part : parts) out += "," + json_string(part.name) + ":" + json_string(part.word);
    return out + "}";
}

}  // namespace

// Probes need no token, and get no more than a word without one.
bool Site::may_see_details(const Request& request) const {
    return access_.open_to_all() || access_.proof(request, ports_.clock->now().utc) != Access::Proof::none;
}

Response Site::health(const Request& request) const {
    if (draining_) return json(R"({"status":"draining"})");  // it lives all the same
    return json(ports_.health_json && may_see_details(request) ? ports_.health_json() : R"({"status":"ok"})");
}

// The store is asked for a project that cannot be: any answer of its own shows that it works.
void Site::ready(const Request& request, Respond respond) const {
    const bool details = may_see_details(request);
    ports_.store->find_project(
        std::numeric_limits<std::int64_t>::max(),
        [this, details, respond = std::move(respond)](const Result<Project>& found) {
            const bool works = found || found.error().code == ErrorCode::not_found;
            std::vector<ServerPorts::Part> parts{{"store", works ? "ok" : "failing", works}};
            parts.push_back({"server", accepting_ ? "ok" : "out of descriptors", accepting_});
            if (ports_.parts)
                for (auto& part : ports_.parts()) parts.push_back(std::move(part));
            bool ready = !draining_;
            for (const auto& part : parts) ready = ready && part.ready;
            const auto body = document(draining_ ? "draining"
                                       : ready   ? "ready"
                                                 : "not ready",
                                       details ? parts : std::vector<ServerPorts::Part>());
            respond(ready ? json(body) : unavailable(body));
        });
}

void Site::metrics(const Respond& respond) const {
    if (!ports_.metrics_text) return respond(problem(404, "this server keeps no metrics"));
    auto response = json(ports_.metrics_text());
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    respond(std::move(response));
}

}  // namespace cedar::host::http
