#pragma once
#include "host/core/error.hpp"
#include "host/http/options.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace cedar::host {
class Clock;
class EventBodies;
class EventLog;
class IdSource;
class Log;
class Runs;
class Store;
class ThreadLog;
}  // namespace cedar::host

namespace cedar::host::http {

// What the server asks of the host. Ownership: the caller's; all of it outlives the Server and the io_context's
// last handler.
struct ServerPorts {
    Runs* runs = nullptr;
    EventLog* events = nullptr;
    ThreadLog* threads = nullptr;         // null: no event streams and no acks
    const EventBodies* bodies = nullptr;  // null: there are none
    Store* store = nullptr;
    Clock* clock = nullptr;
    IdSource* ids = nullptr;
    Log* log = nullptr;
    // The body of GET /api/components, called on an I/O thread for each request: returns at once. The page reads
    // {"components":[{"id","version","role","summary","tags":[],"needs":[],"execution","timeout_ms","plugin",
    // "input":schema,"output":schema}],"aggregator":<id that configuration chose>,"aggregator_present",
    // "rejected":[{"component" or "file","reason"}],"problems":[text]}; what is absent is not shown.
    std::function<std::string()> components_json;
    // The body of GET /api/plugins, as it stands now. May be empty: then there is no such route.
    std::function<std::string()> plugins_json;
    // A JSON object for GET /healthz while the server takes requests. May be empty: {"status":"ok"}.
    std::function<std::string()> health_json;
    // One sentence at the top of every page; empty: none.
    std::string notice;
    // Opens POST /api/test/tool; only for a server that listens on loopback.
    bool test_tools = false;
    // What GET /readyz names besides the store and the server itself; called on an I/O thread, returns at once.
    struct Part {
        std::string name, word;  // "redis", "off"
        bool ready = true;       // false: the host should get no new work
    };
    std::function<std::vector<Part>()> parts;
    // Why what other hosts say may be late ("redis: away"); empty text: it is not. Called on an I/O thread, returns
    // at once. May be empty.
    std::function<std::string()> degraded;
    // The text of GET /metrics, called on an I/O thread. Empty: there is no such page.
    std::function<std::string()> metrics_text;
};

// The HTTP and WebSocket edge: pages, API, chat sockets. See README.md for the routes.
// Thread: any. Handlers run on whatever threads run `io`, each connection on a strand of its own.
class Server {
public:
    // Binds and listens. Connections are served while `io` runs.
    // Error invalid_argument: not an address, or a TLS file of the wrong kind (other errors as TlsContext::load).
    // already_exists: the port is taken. denied: it may not be bound.
    // io: anything else; the message names address and port.
    [[nodiscard]] static Result<std::unique_ptr<Server>> listen(boost::asio::io_context& io, ServerPorts ports,
                                                                ServerOptions options);
    // Stops as stop() does, without waiting.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;  // as bound
    [[nodiscard]] std::string url() const;     // "http://127.0.0.1:8000/"

    // Reads the TLS files again: connections from now on are made with what they hold, those that are open go on
    // as they are. Errors as listen(), and then nothing changes. Without TLS nothing happens. Blocking.
    [[nodiscard]] Result<void> renew_certificate();

    // From now on this token proves who may; requests, event streams and sockets of whoever was let in by another
    // end. False: it is the token of before, or there was none and everybody may; then nothing changes. Returns at
    // once.
    bool renew_token(std::string token);

    // First half of a shutdown: answers /readyz and new chats with 503 / `unavailable`. Connections stay and new
    // ones are taken, so that watchers see their runs end and probes get their answer. Returns at once.
    void drain();
    // Second half: closes the listening socket, ends every connection (WebSockets with 1001 after what is queued,
    // requests after their response), one after the other, a thousand a second, in half of `stop_time` at most;
    // cuts what is left after `stop_time`, then calls `done` once, on an I/O thread. Returns at once.
    void stop(std::function<void()> done);

    struct Counters {
        std::uint64_t connections = 0;  // open now
        std::uint64_t accepted = 0, refused = 0;
        std::uint64_t requests = 0, sockets = 0,
                      streams = 0;  // HTTP requests answered, WebSockets and event streams opened
        std::uint64_t timeouts = 0, header_timeouts = 0, slow_readers = 0, protocol_errors = 0;
        std::uint64_t unauthorized = 0, rate_limited = 0;  // refused with 401, and with 429 or close code 1008
        std::uint64_t logins_ended = 0;                    // streams and sockets that were closed for it
        std::uint64_t superseded = 0;                      // events that slow sockets were not shown
        std::uint64_t acked = 0, ack_timeouts = 0;         // events
    };
    [[nodiscard]] Counters counters() const;

    struct Impl;
    explicit Server(std::shared_ptr<Impl> impl);  // what listen() calls

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace cedar::host::http
