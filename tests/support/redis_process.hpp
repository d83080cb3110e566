#pragma once
#include "tests/support/process.hpp"
#include "tests/support/temp_folder.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cedar::host {

// A free loopback port, as of now.
inline std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(socket, plain, size) == 0 && ::getsockname(socket, plain, &size) == 0;
    ::close(socket);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

// A real redis-server of a test's own, on a loopback port and a Unix socket; it keeps nothing on disk of itself, so
// a restart loses everything that was not saved. Ended with this object. Thread: one.
class RedisProcess {
public:
    explicit RedisProcess(std::vector<std::string> more = {}) : port_(free_port()), more_(std::move(more)) {}

    // Answering when it returns.
    void start() {
        const auto port = std::to_string(port_);
        std::vector<std::string> arguments{
            "/usr/bin/redis-server", "--port", port,          "--bind", "127.0.0.1",    "--save", "",
            "--appendonly",          "no",     "--daemonize", "no",     "--unixsocket", path(),   "--dir",
            folder_.path().string()};
        arguments.insert(arguments.end(), more_.begin(), more_.end());
        process_ = std::make_unique<Process>(arguments);
        if (!eventually([this] { return !ask("PING").empty(); }))
            throw std::runtime_error("redis-server does not answer: " + process_->out());
    }
    void kill() {
        process_->kill(SIGKILL);
        process_->wait();
    }
    // Arguments for the next start().
    void add(const std::vector<std::string>& more) { more_.insert(more_.end(), more.begin(), more.end()); }
    void pause() { process_->kill(SIGSTOP); }
    void go_on() { process_->kill(SIGCONT); }

    // One command as text, on a connection of its own; the start of its raw reply, or empty.
    [[nodiscard]] std::string ask(const std::string& command, const std::string& password = {}) const {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        std::string reply;
        if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
            const auto text = (password.empty() ? "" : "AUTH " + password + "\r\n") + command + "\r\nQUIT\r\n";
            std::array<char, 65536> buffer{};
            if (::send(socket, text.data(), text.size(), MSG_NOSIGNAL) > 0) {
                for (auto got = ::recv(socket, buffer.data(), buffer.size(), 0); got > 0;
                     got = ::recv(socket, buffer.data(), buffer.size(), 0))
                    reply.append(buffer.data(), static_cast<std::size_t>(got));
            }
        }
        ::close(socket);
        return reply;
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string path() const { return (folder_ / "redis.sock").string(); }
    [[nodiscard]] std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }

private:
    TempFolder folder_;
    std::uint16_t port_;
    std::vector<std::string> more_;
    std::unique_ptr<Process> process_;
};

}  // namespace cedar::host
