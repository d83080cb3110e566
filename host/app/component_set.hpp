#pragma once
#include "host/app/config.hpp"
#include "host/app/plugin_events.hpp"
#include "host/app/worker_components.hpp"
#include "host/core/registry.hpp"
#include "host/core/schema.hpp"
#include "host/loader/catalogue.hpp"
#include "host/loader/folder_watch.hpp"
#include "host/loader/log_tap.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/runtime/service_table.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace cedar::host::app {

// A component whose library is fine but that could not be brought up.
struct RefusedComponent {
    std::string id, file, reason;
};

// The plugins of the configured folders, brought to life in this process or left to worker processes: each
// component with its configuration, its schemas compiled. What is wrong with one of them is a record, never an
// error. Once it watches, plugins come, change and go: what is said below is then true of one moment.
// Thread: any, but for watch() and stop(): those by the owner.
class ComponentSet {
public:
    // `watched`: watch() is going to be called, so that what is not tried within `loader.start_wait_ms` may follow;
    // else all is waited for. All references outlive it. Blocking: loads every library and runs its `init` and
    // `create`.
    ComponentSet(const Config& config, const runtime::ServiceTable& services, const Clock& clock, Log& log,
                 bool watched = false);
    ~ComponentSet();
    ComponentSet(const ComponentSet&) = delete;
    ComponentSet& operator=(const ComponentSet&) = delete;

    [[nodiscard]] RegistryPtr registry() const { return view()->registry; }
    // One for each file, and those that drain; with what has become of them in their workers.
    [[nodiscard]] std::vector<loader::PluginRecord> plugins() const;
    [[nodiscard]] const PluginEvents& events() const { return events_; }
    // Where the component was found that has this id, or had it last; empty: there was none.
    [[nodiscard]] std::string file_of(const std::string& id) const;
    [[nodiscard]] std::vector<std::string> problems() const { return view()->problems; }
    [[nodiscard]] std::vector<RefusedComponent> refused() const { return view()->refused; }
    [[nodiscard]] std::size_t rejected_files() const;

    [[nodiscard]] runtime::ControlThread& control() { return control_; }
    [[nodiscard]] const runtime::InProcessHost& host() const { return host_; }
    [[nodiscard]] const WorkerComponents& workers() const { return workers_; }

    // From now on changes in the folders, and of what is trusted or in quarantine, are taken up as they happen.
    // `use`: there is another registry, before plugins() says so. `on_change`: plugins() says so. Both are called
    // on a thread of its own. Nothing happens when `loader.watch` is off.
    void watch(std::function<void(const RegistryPtr&)> use, std::function<void()> on_change);
    // Nothing is taken up after it. False: a library is still being brought up after `grace`. Blocking.
    [[nodiscard]] bool stop_watching(std::chrono::milliseconds grace);

    // Ends the watch, cancels what runs and ends workers and component threads. False: a component still holds one
    // after `grace`, and the process must end without destroying this. Blocking.
    [[nodiscard]] bool stop(std::chrono::milliseconds grace);

private:
    // One library's components, in the order of its manifest.
    struct Made {
        std::vector<ComponentPtr> components;
        std::vector<RefusedComponent> refused;
    };
    struct View {
        RegistryPtr registry;
        std::vector<std::string> problems;
        std::vector<RefusedComponent> refused;
    };

    [[nodiscard]] Result<void> bring_up(const loader::Plugin& plugin);
    void make_here(const loader::Plugin& plugin, Made& made);
    void leave_to_worker(const loader::Plugin& plugin, Made& made);
    void add_component(const Manifest& manifest, const loader::Plugin& plugin, std::shared_ptr<Invoker> invoker,
                       Made& made);
    void refuse(const Manifest& manifest, const loader::Plugin& plugin, const Error& error, Made& made);
    void publish(std::span<const loader::Plugin> ready, std::span<const std::string> problems);
    [[nodiscard]] loader::CatalogueOptions scan_options(bool watched);
    [[nodiscard]] runtime::InProcessOptions guarded_options();
    [[nodiscard]] std::shared_ptr<const View> view() const {
        const std::lock_guard lock(mutex_);
        return view_;
    }

    const Config& config_;
    Log& log_;
    PluginEvents events_;
    loader::LogTap tap_;
    runtime::ControlThread control_;
    runtime::InProcessHost host_;
    WorkerComponents workers_;
    SchemaCache schemas_{config_.size("component.schema_steps")};
    // The thread that looks at the folders.
    std::map<std::uint64_t, Made> made_;  // by Plugin::serial
    std::function<void(const RegistryPtr&)> use_;

    mutable std::mutex mutex_;  // for what follows; nothing is called under it
    std::shared_ptr<const View> view_ = std::make_shared<const View>();
    std::shared_ptr<loader::FolderWatch> watch_;
    std::map<std::string, std::string> files_;  // by component id
    // File and content of what was brought up in this process, by its lease.
    std::map<const void*, std::pair<std::string, std::string>> here_;

    loader::Catalogue catalogue_;
};

}  // namespace cedar::host::app
