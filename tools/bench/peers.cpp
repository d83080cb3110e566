#include "tools/bench/peers.hpp"

#include "tools/bench/load_socket.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace cedar::bench {

std::vector<std::string> on_the_server_side(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"/usr/bin/taskset", "-c", std::to_string(kServerProcessor)});
    return arguments;
}

Peer start_cedar(const std::string& redis_url, const std::vector<std::string>& more,
                 const std::map<std::string, std::string>& environment) {
    Peer peer{.name = "cedar"};
    host::Process::Options options;
    options.environment = environment;
    const auto port_file = *peer.folder / "port";
    std::vector<std::string> arguments{CEDAR_PROGRAM,  "serve",
                                       "--port",       "0",
                                       "--port-file",  port_file.string(),
                                       "--data-dir",   (*peer.folder / "data").string(),
                                       "--aggregator", "aggregator.extractive",
                                       "--log-level",  "warn"};
    for (const char* setting :
         {"server.connections=30000", "server.client_connections=0", "server.client_requests_per_second=0",
          "server.ws_messages_per_second=0", "server.ws_idle_time_ms=600000", "redis.retry_max_ms=500"})
        arguments.insert(arguments.end(), {"--set", setting});
    if (!redis_url.empty()) arguments.insert(arguments.end(), {"--redis-url", redis_url});
    arguments.insert(arguments.end(), more.begin(), more.end());
    peer.process = std::make_unique<host::Process>(on_the_server_side(arguments), options);
    const bool there = host::eventually(
        [&] { return std::filesystem::exists(port_file) || !peer.process->running(); }, std::chrono::seconds(20));
    std::ifstream(port_file) >> peer.port;
    if (there && peer.port != 0) return peer;
    std::fprintf(stderr, "cedar did not start: %s\n", peer.process->err().c_str());
    std::exit(1);
}

Peer start_node(const std::string& script, const std::string& argument) {
    Peer peer{.name = "node"};
    const auto path = std::string(CEDAR_BENCH_DIR) + "/" + script;
    peer.process = std::make_unique<host::Process>(on_the_server_side({"/usr/bin/env", "node", path, argument}));
    const auto said = [&] { return peer.process->out().find('\n') != std::string::npos; };
    host::eventually([&] { return said() || !peer.process->running(); }, std::chrono::seconds(10));
    if (said()) {
        peer.port = static_cast<std::uint16_t>(std::atoi(peer.process->out().c_str()));
    } else {
        std::printf("no baseline: node %s said: %.200s\n", script.c_str(), peer.process->err().c_str());
    }
    return peer;
}

double metric(const Peer& peer, const std::string& name) {
    const int socket = connected(peer.port);
    send_all(socket, "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(peer.port) +
                         "\r\nConnection: close\r\n\r\n");
    std::string text;
    std::array<char, 16384> part{};
    for (ssize_t got = 0; (got = ::read(socket, part.data(), part.size())) > 0;)
        text.append(part.data(), static_cast<std::size_t>(got));
    ::close(socket);
    const auto at = text.find("\n" + name + " ");
    return at == std::string::npos ? 0 : std::atof(text.c_str() + at + name.size() + 2);
}

}  // namespace cedar::bench
