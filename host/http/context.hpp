#pragma once
#include "host/http/access.hpp"
#include "host/http/connections.hpp"
#include "host/http/host_policy.hpp"
#include "host/http/peers.hpp"
#include "host/http/server.hpp"
#include "host/http/site.hpp"
#include "host/http/sse_feed.hpp"
#include "host/http/tls.hpp"
#include "host/http/turns.hpp"
#include "host/http/wheel.hpp"
#include "host/ports/clock.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace cedar::host::http {

// What all connections of one server share. Thread: any.
struct ServerContext {
    ServerContext(const ServerPorts& given_ports, const Limits& given_limits, HostPolicy policy, std::string token,
                  std::shared_ptr<const TlsContext> given_tls, boost::asio::io_context& io)
        : ports(given_ports),
          limits(given_limits),
          hosts(std::move(policy)),
          secure(given_tls != nullptr),
          access(std::move(token), given_limits.login_time, secure),
          site(given_ports, access, given_limits),
          feeds(given_ports.threads, given_limits.sse_queue_bytes, io),
          peers(std::make_shared<Peers>(given_limits.peer)),
          wheel(std::make_shared<Wheel>(io)),
          tls_(std::move(given_tls)) {}

    // What new connections are made secure with; null: plain HTTP. Thread: any.
    [[nodiscard]] std::shared_ptr<const TlsContext> tls() const {
        const std::lock_guard lock(tls_mutex_);
        return tls_;
    }
    void set_tls(std::shared_ptr<const TlsContext> renewed) {
        const std::lock_guard lock(tls_mutex_);
        tls_.swap(renewed);
    }

    // Whether what let a client in would do so still.
    [[nodiscard]] bool holds(const Access::Login& login) const {
        return access.open_to_all() || access.holds(login, ports.clock->now().utc);
    }

    const ServerPorts ports;
    const Limits limits;
    const HostPolicy hosts;
    const bool secure;
    Access access;
    Site site;
    SseFeeds feeds;
    const std::shared_ptr<Peers> peers;
    const std::shared_ptr<Wheel> wheel;
    const std::shared_ptr<Turns> turns = std::make_shared<Turns>();  // of those who have much to take
    std::shared_ptr<Connections> connections = std::make_shared<Connections>();
    std::atomic<bool> stopping = false;

    std::atomic<std::uint64_t> accepted = 0, refused = 0, requests = 0, sockets = 0, streams = 0;
    std::atomic<std::uint64_t> timeouts = 0, header_timeouts = 0, slow_readers = 0, protocol_errors = 0;
    std::atomic<std::uint64_t> unauthorized = 0, logins_ended = 0, rate_limited = 0, superseded = 0;

private:
    mutable std::mutex tls_mutex_;
    std::shared_ptr<const TlsContext> tls_;
};

using ServerContextPtr = std::shared_ptr<ServerContext>;

}  // namespace cedar::host::http
