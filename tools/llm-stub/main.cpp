#include "tools/llm-stub/connection.hpp"

#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

namespace asio = boost::asio;
using cedar::llm_stub::Connection;
using cedar::llm_stub::Script;
using cedar::llm_stub::State;

namespace {

constexpr const char* kUsage =
    "llm-stub: an OpenAI-compatible endpoint that answers by rule, for tests and development\n"
    "\n"
    "  llm-stub [--port N] [--port-file FILE] [--rules FILE]\n"
    "\n"
    "  --port N          on 127.0.0.1; 0 (the default): any free one, printed\n"
    "  --port-file FILE  writes the port there once it listens\n"
    "  --rules FILE      JSON: {\"rules\": [{\"contains\": \"text\", \"reply\": {\"text\": \"answer\"}}]}; see "
    "README.md\n"
    "\n"
    "POST /v1/chat/completions answers; POST /rules replaces the rules; GET /counters and /requests tell.\n";

void accept(asio::ip::tcp::acceptor& acceptor, State& state) {
    acceptor.async_accept([&acceptor, &state](const auto& error, asio::ip::tcp::socket socket) {
        if (error == asio::error::operation_aborted) return;
        if (!error) {
            socket.set_option(asio::ip::tcp::no_delay(true));
            std::make_shared<Connection>(std::move(socket), state)->read_request();
        }
        accept(acceptor, state);
    });
}

bool load_rules(const std::string& file, State& state) {
    std::ifstream input(file);
    std::stringstream text;
    text << input.rdbuf();
    auto script = Script::parse(text.str());
    if (!input || !script) {
        std::cerr << "llm-stub: " << file << ": " << (script ? "cannot be read" : script.error().message) << '\n';
        return false;
    }
    state.script = std::move(*script);
    return true;
}

// Renamed into place, so that whoever waits for the file never reads half of it.
void write_port(const std::string& file, unsigned port) {
    std::ofstream(file + ".part") << port << '\n';
    std::rename((file + ".part").c_str(), file.c_str());
}

}  // namespace

int main(int argc, char** argv) {
    std::string port = "0", port_file, rules;
    for (int at = 1; at < argc; at += 2) {
        const std::string flag = argv[at];
        std::string* value = flag == "--port"        ? &port
                             : flag == "--port-file" ? &port_file
                             : flag == "--rules"     ? &rules
                                                     : nullptr;
        if (value == nullptr || at + 1 >= argc) {
            const bool help = flag == "--help";
            (help ? std::cout : std::cerr) << kUsage;
            return help ? 0 : 2;
        }
        *value = argv[at + 1];
    }
    std::signal(SIGPIPE, SIG_IGN);
    State state;
    if (!rules.empty() && !load_rules(rules, state)) return 2;
    asio::io_context loop(1);
    const asio::ip::tcp::endpoint address(asio::ip::address_v4::loopback(),
                                          static_cast<unsigned short>(std::strtoul(port.c_str(), nullptr, 10)));
    asio::ip::tcp::acceptor acceptor(loop, address);
    acceptor.listen(4096);
    const unsigned bound = acceptor.local_endpoint().port();
    std::cout << "http://127.0.0.1:" << bound << "/v1" << std::endl;
    if (!port_file.empty()) write_port(port_file, bound);
    accept(acceptor, state);
    asio::signal_set signals(loop, SIGINT, SIGTERM);
    signals.async_wait([&loop](const auto&, int) { loop.stop(); });
    loop.run();
    return 0;
}
