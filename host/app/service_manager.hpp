#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cedar::host::app {

// What started this process, if it wants to hear how it does: systemd's notification protocol, one datagram for
// each message, without its library. Source: sd_notify(3), sd_watchdog_enabled(3). Thread: any.
class ServiceManager {
public:
    // Nobody: every message goes nowhere.
    ServiceManager() = default;
    // `socket`: a path, or "@name" of an abstract one. `watchdog`: a sign of life is expected at least so often.
    ServiceManager(std::string socket, std::optional<std::chrono::microseconds> watchdog)
        : socket_(std::move(socket)), watchdog_(watchdog) {}
    // As NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID say. What is not understood counts as absent.
    [[nodiscard]] static ServiceManager from_environment();

    [[nodiscard]] const std::optional<std::chrono::microseconds>& watchdog() const { return watchdog_; }
    // "READY=1", or several such lines. False: it did not get there; the host goes on all the same.
    bool tell(std::string_view message) const;

private:
    std::string socket_;
    std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace cedar::host::app
