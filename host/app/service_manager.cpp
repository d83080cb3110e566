#include "host/app/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace cedar::host::app {
namespace {

std::optional<std::int64_t> number_in(const char* variable) {
    const char* text = std::getenv(variable);
    if (text == nullptr) return std::nullopt;
    std::int64_t value = 0;
    const auto* end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, value);
    return error == std::errc() && stop == end && value > 0 ? std::optional(value) : std::nullopt;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
    const char* socket = std::getenv("NOTIFY_SOCKET");
    if (socket == nullptr) return {};
    const auto microseconds = number_in("WATCHDOG_USEC");
    const auto process = number_in("WATCHDOG_PID");
    const bool meant = microseconds && (!process || *process == ::getpid());
    return {socket, meant ? std::optional(std::chrono::microseconds(*microseconds)) : std::nullopt};
}

bool ServiceManager::tell(std::string_view message) const {
    sockaddr_un address{};
    const bool known = !socket_.empty() && (socket_.front() == '/' || socket_.front() == '@');
    if (!known || socket_.size() >= sizeof address.sun_path) return false;
    address.sun_family = AF_UNIX;
    std::copy(socket_.begin(), socket_.end(), address.sun_path);
    if (socket_.front() == '@') address.sun_path[0] = '\0';
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return false;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const auto sent = ::sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL,
                               static_cast<const sockaddr*>(static_cast<const void*>(&address)), size);
    ::close(descriptor);
    return sent == static_cast<ssize_t>(message.size());
}

}  // namespace cedar::host::app
