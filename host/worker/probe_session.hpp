#pragma once
#include "host/worker/messages.hpp"
#include "host/worker/probe_table.hpp"

namespace cedar::host::worker {

// Loads the library, calls `init`, creates and destroys each component with its configuration, calls `deinit`. Runs
// foreign code: it may never return, or take the process with it. Thread: the process's only one.
[[nodiscard]] LoadedMessage probe_library(const LoadMessage& request, ProbeTable& table);

}  // namespace cedar::host::worker
