#include "host/worker/worker_process.hpp"

#include "host/worker/fd_passing.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

namespace cedar::host::worker {
namespace {

// Where glibc keeps the thread's own number: a child must find its own there, as after fork(). Locks go by it.
int* thread_number() {
    int* address = nullptr;
#ifdef PR_GET_TID_ADDRESS
    if (::prctl(PR_GET_TID_ADDRESS, &address, 0, 0, 0) != 0) address = nullptr;
#endif
    return address;
}

// As fork(), but the child is the host's, not the template's: the host waits for it itself, and learns how it
// ended.
pid_t fork_for_host(int& pidfd) {
    struct Arguments {
        std::uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    } arguments{};
    arguments.flags = CLONE_PARENT | CLONE_PIDFD;
    arguments.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
    if (int* number = thread_number()) {
        arguments.flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
        arguments.child_tid = reinterpret_cast<std::uint64_t>(number);
    }
    return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof(arguments)));
}

// Its socket, its output, nothing else.
void keep_only(const Packet& packet) {
    const int socket = packet.descriptors[0].get(), output = packet.descriptors[1].get();
    const int safe_socket = ::fcntl(socket, F_DUPFD, 10), safe_output = ::fcntl(output, F_DUPFD, 10);
    ::dup2(safe_output, STDOUT_FILENO);
    ::dup2(safe_output, STDERR_FILENO);
    ::dup2(safe_socket, kWorkerSocket);
    ::syscall(SYS_close_range, kWorkerSocket + 1, ~0U, 0);
}

int run_template() {
    Packet packet;
    while (receive_packet(kWorkerSocket, packet)) {
        int pidfd = -1;
        const pid_t child = fork_for_host(pidfd);
        if (child == 0) {
            keep_only(packet);
            run_session(kWorkerSocket);
        }
        const Descriptor owned(pidfd);
        const int passed[] = {pidfd};
        const bool sent = child > 0 ? send_packet(kWorkerSocket, child, passed)
                                    : send_packet(kWorkerSocket, -static_cast<std::int64_t>(errno), {});
        packet = Packet{};
        if (!sent) break;
    }
    return 0;
}

}  // namespace

int run_worker_process(std::string_view role) {
    if (::fcntl(kWorkerSocket, F_GETFD) < 0) return 2;  // somebody typed it
    ::prctl(PR_SET_NAME, "cedar-worker", 0, 0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    std::signal(SIGINT, SIG_IGN);  // a person's Ctrl-C is the host's business
    std::signal(SIGTERM, SIG_DFL);
    if (role == "session") run_session(kWorkerSocket);
    return role == "template" ? run_template() : 2;
}

}  // namespace cedar::host::worker
