#pragma once
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace cedar::host {

// The socket on which a service manager hears its services. `name`: a path, or "@name" of an abstract one.
class NotifySocket {
public:
    explicit NotifySocket(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::copy(name.begin(), name.end(), address.sun_path);
        if (name.front() == '@') address.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        if (::bind(socket_, static_cast<const sockaddr*>(static_cast<const void*>(&address)), size) != 0)
            throw std::runtime_error("cannot listen on " + name);
    }
    ~NotifySocket() { ::close(socket_); }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    // The next message; "" when none comes within a minute.
    std::string next() {
        pollfd wait{socket_, POLLIN, 0};
        if (::poll(&wait, 1, 60000) != 1) return {};
        std::array<char, 4096> buffer;
        const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
        return got <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(got));
    }

private:
    int socket_;
};

}  // namespace cedar::host
