#pragma once
#include "host/worker/messages.hpp"

#include <string>
#include <vector>

namespace cedar::host::worker {

// Confines the calling process for good: limits, no new privileges, Landlock, then seccomp. What the kernel does
// not offer is left out. Returns what is enforced, each fact found by trying it afterwards, where that is possible
// without doing harm. Thread: the only one of its process.
[[nodiscard]] std::vector<HelloMessage::Fact> confine(const StartMessage& start);

// The parts; each returns an empty text, or why it could not be done.
[[nodiscard]] std::string restrict_files(
    const StartMessage& start);                   // Landlock: files, TCP, signals, by what there is
[[nodiscard]] std::string filter_system_calls();  // seccomp
[[nodiscard]] int landlock_version();             // of the kernel; 0: none

}  // namespace cedar::host::worker
