#pragma once
#include "host/core/check.hpp"
#include "host/core/json.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cedar::host {

// tools/llm-stub as a child process on a free loopback port; ended with the object. One thread.
class LlmStubProcess {
public:
    explicit LlmStubProcess(const std::string& program, std::string_view rules = R"({"rules":[]})") {
        int out[2];
        CEDAR_CHECK(::pipe2(out, O_CLOEXEC) == 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
        std::string name = program;
        std::array<char*, 2> arguments{name.data(), nullptr};
        CEDAR_CHECK(::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ) == 0);
        posix_spawn_file_actions_destroy(&actions);
        ::close(out[1]);
        for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) url_ += c;
        ::close(out[0]);
        CEDAR_CHECK(url_.ends_with("/v1"));
        port_ = static_cast<std::uint16_t>(std::stoul(url_.substr(url_.rfind(':') + 1)));
        set_rules(rules);
    }
    ~LlmStubProcess() {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }
    LlmStubProcess(const LlmStubProcess&) = delete;
    LlmStubProcess& operator=(const LlmStubProcess&) = delete;

    [[nodiscard]] const std::string& url() const { return url_; }  // the base URL of the API

    void set_rules(std::string_view rules) {
        CEDAR_CHECK(request("POST /rules HTTP/1.1\r\nContent-Length: " + std::to_string(rules.size()) + "\r\n\r\n" +
                            std::string(rules))
                        .find(" 200 ") != std::string::npos);
    }

    // "calls", "live", "completed", "aborted" or "connections"; the one that asks is among the last.
    [[nodiscard]] std::uint64_t counter(std::string_view name) {
        const auto response = request("GET /counters HTTP/1.1\r\n\r\n");
        const auto document = host::parse_json(response.substr(response.find("\r\n\r\n") + 4));
        CEDAR_CHECK(document.has_value());
        const auto* value = host::find_member(*document, name);
        CEDAR_CHECK(value != nullptr && value->IsUint64());
        return value->GetUint64();
    }

    // The bodies of the last requests, as a JSON array of strings.
    [[nodiscard]] std::string requests() {
        const auto response = request("GET /requests HTTP/1.1\r\n\r\n");
        return response.substr(response.find("\r\n\r\n") + 4);
    }

private:
    // One request a connection; the response is read to its Content-Length.
    std::string request(const std::string& text) const {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CEDAR_CHECK(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        CEDAR_CHECK(::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
        std::string response;
        std::array<char, 65536> part{};
        while (!whole(response)) {
            const auto size = ::read(fd, part.data(), part.size());
            if (size <= 0) break;
            response.append(part.data(), static_cast<std::size_t>(size));
        }
        ::close(fd);
        return response;
    }

    static bool whole(const std::string& response) {
        const auto body = response.find("\r\n\r\n");
        const auto length = response.find("Content-Length: ");
        if (body == std::string::npos || length == std::string::npos) return false;
        return response.size() >= body + 4 + std::stoul(response.substr(length + 16));
    }

    pid_t pid_ = -1;
    std::string url_;
    std::uint16_t port_ = 0;
};

}  // namespace cedar::host
