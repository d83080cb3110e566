#pragma once
#include "tests/support/process.hpp"
#include "tests/support/temp_folder.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cedar::bench {

// A server under measurement, a process of its own on the server's processor.
struct Peer {
    std::string name;
    std::uint16_t port = 0;
    std::unique_ptr<host::TempFolder> folder = std::make_unique<host::TempFolder>();
    std::unique_ptr<host::Process> process = nullptr;
    int serving = 0;  // the process that serves, where it is another
    [[nodiscard]] int pid() const { return serving != 0 ? serving : process->pid(); }
};

// That command, kept on the server's processor.
[[nodiscard]] std::vector<std::string> on_the_server_side(std::vector<std::string> arguments);

// `cedar serve` with the limits on how much one client may do set for a load program, and `more` arguments.
// `redis_url` empty: none. `environment`: variables of it besides PATH. Ends the program when it does not start.
[[nodiscard]] Peer start_cedar(const std::string& redis_url, const std::vector<std::string>& more = {},
                               const std::map<std::string, std::string>& environment = {});
// One of the scripts here, which print their port: relay.mjs with a Redis, sockets.mjs with its mode. Port 0: no
// Node there.
[[nodiscard]] Peer start_node(const std::string& script, const std::string& argument);

// A number of a host's /metrics; 0 without it.
[[nodiscard]] double metric(const Peer& peer, const std::string& name);

}  // namespace cedar::bench
