#pragma once
#include "host/http/access.hpp"
#include "host/http/ack_registry.hpp"
#include "host/http/message.hpp"
#include "host/http/router.hpp"
#include "host/http/server.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace cedar::host::http {

// The routes that answer with a response: pages, their assets, API. The chat sockets are in chat_socket.hpp.
// Thread: any.
class Site {
public:
    // `access` outlives it.
    Site(const ServerPorts& ports, const Access& access, const Limits& limits);
    void handle(const Request& request, Respond respond) const { router_.route(request, std::move(respond)); }

    // Null where there are no threads.
    [[nodiscard]] AckRegistry* acks() const { return acks_.get(); }
    // From now on /readyz says 503 draining.
    void drain() { draining_ = true; }
    [[nodiscard]] bool draining() const { return draining_; }
    // Whether the system lets the server accept; while it does not, /readyz says so.
    void set_accepting(bool accepting) { accepting_ = accepting; }

private:
    void index(Respond respond) const;
    void project(std::string_view id, Respond respond) const;
    void create_project(const Request& request, Respond respond) const;
    [[nodiscard]] Response show_login(const Request& request) const;
    [[nodiscard]] Response log_in(const Request& request) const;
    [[nodiscard]] Response log_out() const;
    void list_projects(Respond respond) const;
    [[nodiscard]] Response event_body(const Request& request, std::string_view sha256) const;
    [[nodiscard]] Response ack(const Request& request) const;
    [[nodiscard]] bool may_see_details(const Request& request) const;
    [[nodiscard]] Response health(const Request& request) const;
    void ready(const Request& request, Respond respond) const;
    void metrics(const Respond& respond) const;
    [[nodiscard]] Response failure(const Error& error) const;

    ServerPorts ports_;
    const Access& access_;
    Router router_;
    std::unique_ptr<AckRegistry> acks_;  // null where there are no threads
    std::atomic<bool> draining_ = false, accepting_ = true;
};

// An asset of the page; 304 where If-None-Match has its ETag, 404 if there is none of that name.
[[nodiscard]] Response asset_response(const Request& request, std::string_view name);

// The text after /sse/, or nothing: not an event stream's path.
[[nodiscard]] std::optional<std::string_view> event_stream_thread(std::string_view path);

// The text after /ws/chat/ or /ws/chat2/, or nothing: not a chat socket's path.
[[nodiscard]] std::optional<std::string_view> chat_socket_project(std::string_view path);

}  // namespace cedar::host::http
