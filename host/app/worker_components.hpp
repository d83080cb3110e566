#pragma once
#include "host/app/config.hpp"
#include "host/app/plugin_events.hpp"
#include "host/loader/catalogue.hpp"
#include "host/loader/plugin_ledger.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/service_table.hpp"
#include "host/worker/process_prober.hpp"
#include "host/worker/spawner.hpp"
#include "host/worker/worker_host.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace cedar::host::app {

// What a set of plugins has outside of this process: the probe that tries them, the workers that run them, the
// ledger of what is trusted and what is in quarantine. Thread: any.
class WorkerComponents {
public:
    // `events` is told what becomes of libraries where they run. All references outlive it. Blocking: reads the
    // ledger, and enters in it what ended the host before; from then on this one leaves crash notes. Starts no
    // process yet.
    WorkerComponents(const Config& config, runtime::ControlThread& control, const runtime::ServiceTable& services,
                     const Clock& clock, Log& log, PluginEvents& events);

    // Where each file is to run, and how it is tried. In safe mode only the folder that came with the host stays.
    void prepare(loader::CatalogueOptions& options);
    // Calls `listener` when a library has been tried, on another thread. Empty: nobody.
    void on_tried(std::function<void()> listener) { prober_.listen(std::move(listener)); }
    // Takes up what others have changed in the ledger. Blocking.
    void read_ledger();
    // One invoker for each of these components of the plugin; with the last of them its worker is retired.
    [[nodiscard]] std::vector<std::shared_ptr<Invoker>> add(const loader::Plugin& plugin,
                                                            std::span<const Manifest> components);
    // Adds what is known of the workers: quarantine since the scan, how often and how they ended, each circuit
    // breaker; what was stuck in this process; what ended the process of hosts before.
    void complete(std::vector<loader::PluginRecord>& records) const;
    // One of a library's components holds a thread of this process for good: too often, and the library goes into
    // quarantine, as for crashes of its worker.
    void count_stuck(const loader::Plugin& plugin, const std::string& why);
    [[nodiscard]] worker::WorkerHost::Totals totals() const { return workers_.totals(); }
    // As WorkerHost::stop. Blocking.
    void stop(std::chrono::milliseconds grace) { workers_.stop(grace); }

private:
    [[nodiscard]] std::unique_ptr<loader::PluginLedger> open_ledger() const;
    void remember_crashes();
    [[nodiscard]] loader::Placement place_file(bool builtin, const std::filesystem::path& file,
                                               const std::string& sha256) const;
    void put_in_quarantine(const std::string& file, const std::string& sha256, const std::string& reason);
    // `library`: which of the worker's.
    void complete(loader::PluginRecord& record, const worker::WorkerHost::Report& report,
                  std::size_t library) const;

    const Config& config_;
    const Clock& clock_;
    Log& log_;
    PluginEvents& events_;
    std::unique_ptr<loader::PluginLedger> ledger_;  // null: it cannot be read
    struct Stuck {
        std::deque<SteadyTime> times;  // that count for the quarantine
        loader::PluginEnds ends;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Stuck> stuck_;  // by content
    std::set<std::string> entered_;  // hashes that were put into quarantine by what happened here, while they are
    worker::Spawner spawner_;
    worker::ProcessProber prober_;
    worker::WorkerHost workers_;
};

}  // namespace cedar::host::app
