#include "host/http/site.hpp"

#include "host/core/json.hpp"
#include "host/http/form.hpp"
#include "host/http/log_line.hpp"
#include "host/http/page.hpp"
#include "host/http/problem.hpp"
#include "host/http/responses.hpp"
#include "host/http/test_tool.hpp"
#include "host/ports/event_bodies.hpp"
#include "host/ui/assets.hpp"

#include <utility>

namespace cedar::host::http {
namespace {

constexpr const char* white_space = " \t\r\n\f\v";

bool blank(std::string_view text) {
    return text.find_first_not_of(white_space) == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
    if (blank(text)) return {};
    text.remove_prefix(text.find_first_not_of(white_space));
    return text.substr(0, text.find_last_not_of(white_space) + 1);
}

// To HEAD: what a GET would begin with.
Response stream_head() {
    Response response;
    response.content_type = "text/event-stream";
    response.fields = {{"Cache-Control", "no-store"}};
    return response;
}

// Whether an If-None-Match value names the tag. Weak comparison. Source: RFC 9110 section 13.1.2.
bool names_tag(std::string_view list, std::string_view tag) {
    return list == "*" || list.find(tag) != std::string_view::npos;
}

}  // namespace

Response asset_response(const Request& request, std::string_view name) {
    const auto* asset = ui::find_asset(name);
    const bool page = name.ends_with(".html");  // a page has variable parts: it is served by its own route
    if (asset == nullptr || page) return problem(404, "expected a file of the page, got " + in_quotes(name));
    Response response;
    response.fields = {{"ETag", std::string(asset->etag)}, {"Cache-Control", "no-cache"}};
    if (names_tag(request.field("If-None-Match"), asset->etag)) {
        response.status = 304;
        return response;
    }
    response.content_type = asset->content_type;
    response.fixed_body = asset->content;
    return response;
}

std::optional<std::string_view> chat_socket_project(std::string_view path) {
    const auto project = match("/ws/chat/{project_id}", path);
    return project ? project : match("/ws/chat2/{project_id}", path);
}

std::optional<std::string_view> event_stream_thread(std::string_view path) {
    return match("/sse/{thread_id}", path);
}

Site::Site(const ServerPorts& ports, const Access& access, const Limits& limits) : ports_(ports), access_(access) {
    if (ports.threads != nullptr)
        acks_ =
            std::make_unique<AckRegistry>(*ports.threads, *ports.clock, *ports.log, limits.ack_time, limits.acks);
    const auto upgrade = [](const Request& request, std::string_view, const Respond& respond) {
        auto answer = problem(426, request.path + ": expected a WebSocket handshake, got a plain request");
        answer.fields.emplace_back("Upgrade", "websocket");
        respond(std::move(answer));
    };
    router_.add("GET", "/", [this](auto&, auto, auto respond) { index(std::move(respond)); });
    router_.add("GET", "/project/{id}", [this](auto&, auto id, auto respond) { project(id, std::move(respond)); });
    router_.add("POST", "/projects/create",
                [this](auto& request, auto, auto respond) { create_project(request, std::move(respond)); });
    router_.add("GET", "/api/projects", [this](auto&, auto, auto respond) { list_projects(std::move(respond)); });
    router_.add("GET", "/api/components",
                [this](auto&, auto, auto respond) { respond(json(ports_.components_json())); });
    if (ports_.plugins_json) {
        router_.add("GET", "/api/plugins",
                    [this](auto&, auto, auto respond) { respond(json(ports_.plugins_json())); });
    }
    router_.add("GET", "/api/events/body/{sha256}",
                [this](auto& request, auto hash, auto respond) { respond(event_body(request, hash)); });
    router_.add("POST", "/api/test/tool", [this](auto& request, auto, auto respond) {
        respond(test_tool_response(request, ports_.test_tools));
    });
    router_.add("GET", "/healthz", [this](auto& request, auto, auto respond) { respond(health(request)); });
    router_.add("GET", "/readyz",
                [this](auto& request, auto, auto respond) { ready(request, std::move(respond)); });
    router_.add("GET", "/metrics", [this](auto&, auto, auto respond) { metrics(respond); });
    router_.add("GET", "/login", [this](auto& request, auto, auto respond) { respond(show_login(request)); });
    router_.add("POST", "/login", [this](auto& request, auto, auto respond) { respond(log_in(request)); });
    router_.add("POST", "/logout", [this](auto&, auto, auto respond) { respond(log_out()); });
    router_.add("GET", "/ui/{name}",
                [](auto& request, auto name, auto respond) { respond(asset_response(request, name)); });
    router_.add("POST", "/api/chat/ack", [this](auto& request, auto, auto respond) { respond(ack(request)); });
    router_.add("GET", "/sse/{thread_id}", [](auto&, auto, auto respond) { respond(stream_head()); });
    router_.add("GET", "/ws/chat/{project_id}", upgrade);
    router_.add("GET", "/ws/chat2/{project_id}", upgrade);
}

void Site::index(Respond respond) const {
    ports_.store->list_projects([this, respond = std::move(respond)](Result<std::vector<Project>> projects) {
        if (!projects) return respond(failure(projects.error()));
        respond(html(index_page(*projects, ports_.notice, !access_.open_to_all())));
    });
}

void Site::list_projects(Respond respond) const {
    ports_.store->list_projects([this, respond = std::move(respond)](Result<std::vector<Project>> projects) {
        respond(projects ? json(projects_json(*projects)) : failure(projects.error()));
    });
}

void Site::project(std::string_view id, Respond respond) const {
    const auto number = parse_id(id);
    if (!number) return respond(problem(404, "project: expected a number, got " + in_quotes(id)));
    ports_.store->find_project(*number, [this, respond = std::move(respond)](Result<Project> project) {
        respond(project ? html(project_page(*project, ports_.notice)) : failure(project.error()));
    });
}

void Site::create_project(const Request& request, Respond respond) const {
    if (!is_form(request.field("Content-Type")))
        return respond(problem(415, "Content-Type: expected application/x-www-form-urlencoded, got " +
                                        in_quotes(request.field("Content-Type"))));
    const auto form = Form::parse(request.body);
    if (!form) return respond(problem(form.error()));
    const auto title = form->find("title");
    if (!title) return respond(problem(422, "title: expected a field of that name, got none"));
    if (blank(*title)) return respond(see_other("/"));
    ports_.store->create_project(
        std::string(*title), [this, respond = std::move(respond)](Result<Project> project) {
            respond(project ? see_other("/project/" + std::to_string(project->id)) : failure(project.error()));
        });
}

// Source: the original's endpoint; what else is in the body is not read.
Response Site::ack(const Request& request) const {
    const auto refuse = [](unsigned status, const char* error) {
        auto response = json(std::string(R"({"ok":false,"error":")") + error + "\"}");
        response.status = status;
        return response;
    };
    const auto body = parse_json(request.body);
    if (!body || !body->IsObject()) return problem(422, "body: expected a JSON object with eid");
    const auto eid = trimmed(string_member(*body, "eid"));
    if (eid.empty()) return refuse(400, "missing eid");
    if (!acks_ || !acks_->ack(eid)) return refuse(404, "unknown eid");
    return json(R"({"ok":true})");
}

// What is no fault of the client's is for the log too, with the detail that the client is not told.
Response Site::failure(const Error& error) const {
    if (http_status(error.code) >= 500)
        log_line(*ports_.log, LogLevel::error, error.message + (error.detail.empty() ? "" : ": " + error.detail));
    return problem(error);
}

// Named by its hash, so it never changes.
Response Site::event_body(const Request& request, std::string_view sha256) const {
    const auto body = ports_.bodies == nullptr ? nullptr : ports_.bodies->find(sha256);
    if (body == nullptr)
        return problem(404,
                       "body: expected the sha256 of a body that is still kept [events.bodies, "
                       "events.body_bytes], got " +
                           in_quotes(sha256));
    Response response;
    const auto tag = '"' + std::string(sha256) + '"';
    response.fields = {{"ETag", tag}, {"Cache-Control", "private, max-age=31536000, immutable"}};
    if (names_tag(request.field("If-None-Match"), tag)) {
        response.status = 304;
        return response;
    }
    response.content_type = "application/json";
    response.body = *body;
    return response;
}

}  // namespace cedar::host::http
