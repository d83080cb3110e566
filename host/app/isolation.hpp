#pragma once
#include "host/app/config.hpp"
#include "host/core/manifest.hpp"
#include "host/loader/catalogue.hpp"
#include "host/loader/plugin_ledger.hpp"
#include "host/worker/process_prober.hpp"
#include "host/worker/worker_host.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace cedar::host::app {

// Where the components of a file run: what `isolation.modes` says of its name, else `isolation.default`; of that,
// auto means in-process for the folder that came with the host and for what is trusted by its hash, and a worker
// process for everything else. Only what came with the host is not probed; only what is trusted or in-process is
// not confined. Thread: any.
[[nodiscard]] loader::Placement place(const Config& config, const loader::PluginLedger& ledger, bool builtin,
                                      const std::filesystem::path& file, const std::string& sha256);

// "<data>/plugins.json".
[[nodiscard]] std::filesystem::path ledger_file(const Config& config);

// "<data>/crashes": what a host that a library has ended leaves there for the next one.
[[nodiscard]] std::filesystem::path crash_folder(const Config& config);

// `isolation.modes`, `policy.allow` and `policy.deny`, checked: each names a file and a mode or a service. Error
// invalid_argument, naming the key. Thread: any.
[[nodiscard]] Result<void> check_isolation(const Config& config);

// Why the operator's policy denies a service to a plugin, or empty. Thread: any.
[[nodiscard]] std::string policy_denial(const Config& config, std::string_view plugin_file,
                                        std::string_view service);

[[nodiscard]] worker::WorkerOptions worker_options(const Config& config);
[[nodiscard]] worker::ProberOptions prober_options(const Config& config);

}  // namespace cedar::host::app
