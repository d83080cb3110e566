#pragma once
#include "host/worker/descriptor.hpp"

#include <sys/types.h>

#include <optional>
#include <string>

namespace cedar::host::worker {

// How a process ended.
struct ProcessEnd {
    int signal = 0;  // that killed it, or 0
    int code = 0;    // its exit code, when no signal did
};
// "was killed by SIGSEGV", "ended with code 3". Thread: any.
[[nodiscard]] std::string to_words(const ProcessEnd& end);

// A child of this process, alone in its process group, held by a pidfd: its number cannot come to mean another
// process before reap() has succeeded. Thread: one at a time.
class ChildProcess {
public:
    ChildProcess() = default;
    ChildProcess(pid_t id, Descriptor pidfd) : id_(id), pidfd_(std::move(pidfd)) {}
    ChildProcess(ChildProcess&& other) noexcept
        : id_(std::exchange(other.id_, 0)), pidfd_(std::move(other.pidfd_)) {}
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    ~ChildProcess();  // kills what is left, and waits for it

    [[nodiscard]] pid_t id() const { return id_; }
    [[nodiscard]] int pidfd() const { return pidfd_.get(); }  // readable once it has ended
    // SIGKILL to the whole group. Nothing happens when it was reaped.
    void kill();
    // How it ended, once. Nothing: it runs, or was reaped before. `wait`: blocks until it has ended.
    [[nodiscard]] std::optional<ProcessEnd> reap(bool wait = false);

private:
    pid_t id_ = 0;
    Descriptor pidfd_;
};

}  // namespace cedar::host::worker
