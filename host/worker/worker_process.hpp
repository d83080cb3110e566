#pragma once
#include <string_view>

namespace cedar::host::worker {

// Descriptor of a new process: the template's socket, or a worker's.
inline constexpr int kWorkerSocket = 3;

// What `cedar worker ROLE` does; not for people. "template": forks workers when asked. "session": is one. Returns
// the exit code when the host is gone. Thread: the process's first and only.
[[nodiscard]] int run_worker_process(std::string_view role);

// One worker or probe, from its StartMessage on; ends the process. In worker_session.cpp.
[[noreturn]] void run_session(int socket);

}  // namespace cedar::host::worker
