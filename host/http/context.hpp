#pragma once
#include "host/http/connections.hpp"
#include "host/http/host_policy.hpp"
#include "host/http/server.hpp"
#include "host/http/site.hpp"
#include "host/http/sse_feed.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace cedar::host::http {

// What all connections of one server share. Thread: any.
struct ServerContext {
    ServerContext(const ServerPorts& given_ports, const Limits& given_limits, HostPolicy policy,
                  boost::asio::io_context& io)
        : ports(given_ports),
          limits(given_limits),
          hosts(std::move(policy)),
          site(given_ports, given_limits),
          feeds(given_ports.threads, given_limits.sse_queue_bytes, io) {}

    const ServerPorts ports;
    const Limits limits;
    const HostPolicy hosts;
    Site site;
    SseFeeds feeds;
    std::shared_ptr<Connections> connections = std::make_shared<Connections>();
    std::atomic<bool> stopping = false;

    std::atomic<std::uint64_t> accepted = 0, refused = 0, requests = 0, sockets = 0, streams = 0;
    std::atomic<std::uint64_t> timeouts = 0, slow_readers = 0, protocol_errors = 0;
};

using ServerContextPtr = std::shared_ptr<ServerContext>;

}  // namespace cedar::host::http
