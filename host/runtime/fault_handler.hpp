#pragma once
#include <cstddef>
#include <memory>

namespace cedar::host::runtime {

// Says on standard error which component's stack overflowed, or which component ran when the process faulted,
// before the process dies of it as it would have; and leaves a crash note, if such are kept
// (host/os/crash_note.hpp), of whose code ran when the process faulted, aborted or called exit(). In-process, none
// of it can be contained. A signal that another process has sent is nobody's fault. Once a process; nothing under
// the sanitizers, which have handlers of their own.
void install_fault_handler();

// A thread whose stack has overflowed needs another one to run the handler on. One a thread, as a local.
class AlternateSignalStack {
public:
    AlternateSignalStack();
    ~AlternateSignalStack();
    AlternateSignalStack(const AlternateSignalStack&) = delete;
    AlternateSignalStack& operator=(const AlternateSignalStack&) = delete;

private:
    static constexpr std::size_t kBytes = 64 * 1024;
    std::unique_ptr<std::byte[]> memory_;
};

}  // namespace cedar::host::runtime
