#pragma once
#include "host/app/plugin_events.hpp"
#include "host/loader/plugin_ledger.hpp"
#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"
#include "host/worker/worker_host.hpp"

#include <filesystem>

namespace cedar::host::app {

// Enters in the ledger which libraries have ended the process of a host that used the folder before, and puts those
// into quarantine that did it too often: as often, and within the time, as a worker may crash. Each note is removed
// once it is entered, and told as an event. Thread: any. Blocking.
void take_crash_notes(const std::filesystem::path& folder, loader::PluginLedger& ledger,
                      const worker::WorkerOptions& options, const Clock& clock, Log& log, PluginEvents& events);

}  // namespace cedar::host::app
