#include "host/worker/child_process.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace cedar::host::worker {

#ifndef P_PIDFD
constexpr auto P_PIDFD = static_cast<idtype_t>(3);
#endif

std::string to_words(const ProcessEnd& end) {
    if (end.signal == 0) return "ended with code " + std::to_string(end.code);
    const char* name = ::sigabbrev_np(end.signal);
    return "was killed by " +
           (name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(end.signal));
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
    if (this != &other) {
        kill();
        static_cast<void>(reap(true));
        id_ = std::exchange(other.id_, 0);
        pidfd_ = std::move(other.pidfd_);
    }
    return *this;
}

ChildProcess::~ChildProcess() {
    kill();
    static_cast<void>(reap(true));
}

// The group may not be there yet, right after the start; the process itself is.
void ChildProcess::kill() {
    if (id_ <= 0) return;
    ::kill(-id_, SIGKILL);
    ::kill(id_, SIGKILL);
}

std::optional<ProcessEnd> ChildProcess::reap(bool wait) {
    if (id_ <= 0) return std::nullopt;
    siginfo_t info{};
    int done = 0;
    do {
        done = ::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED | (wait ? 0 : WNOHANG));
    } while (done != 0 && errno == EINTR);
    if (done == 0 && info.si_pid == 0) return std::nullopt;
    id_ = 0;
    pidfd_.reset();
    if (done != 0) return ProcessEnd{};  // somebody else reaped it
    if (info.si_code == CLD_EXITED) return ProcessEnd{0, info.si_status};
    return ProcessEnd{info.si_status, 0};
}

}  // namespace cedar::host::worker
