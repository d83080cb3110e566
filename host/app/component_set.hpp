#pragma once
#include "host/app/config.hpp"
#include "host/core/registry.hpp"
#include "host/core/schema.hpp"
#include "host/loader/catalogue.hpp"
#include "host/loader/log_tap.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/runtime/service_table.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace cedar::host::app {

// A component whose library is fine but that could not be brought up.
struct RefusedComponent {
    std::string id, file, reason;
};

// The plugins of the configured folders, brought to life: loaded, each component created with its configuration,
// its schemas compiled. What is wrong with one of them is a record, never an error. Thread: immutable once made;
// stop() by the owner.
class ComponentSet {
public:
    // All references outlive it. Blocking: loads every library and runs its `init` and `create`.
    ComponentSet(const Config& config, const runtime::ServiceTable& services, const Clock& clock, Log& log);
    ~ComponentSet();
    ComponentSet(const ComponentSet&) = delete;
    ComponentSet& operator=(const ComponentSet&) = delete;

    [[nodiscard]] RegistryPtr registry() const { return registry_; }
    [[nodiscard]] std::span<const loader::PluginRecord> plugins() const { return catalogue_.records(); }
    [[nodiscard]] std::span<const std::string> problems() const { return catalogue_.problems(); }
    [[nodiscard]] std::span<const RefusedComponent> refused() const { return refused_; }
    [[nodiscard]] std::size_t rejected_files() const;

    [[nodiscard]] runtime::ControlThread& control() { return control_; }
    [[nodiscard]] const runtime::InProcessHost& host() const { return host_; }

    // Cancels what runs and ends the component threads. False: a component still holds one after `grace`, and the
    // process must end without destroying this. Blocking.
    [[nodiscard]] bool stop(std::chrono::milliseconds grace) { return host_.stop(grace); }

private:
    void bring_up(const loader::Plugin& plugin, std::vector<ComponentPtr>& ready);
    void refuse(const Manifest& manifest, const std::string& file, const Error& error);

    const Config& config_;
    Log& log_;
    loader::LogTap tap_;
    runtime::ControlThread control_;
    runtime::InProcessHost host_;
    loader::Catalogue catalogue_;
    SchemaCache schemas_{config_.size("component.schema_steps")};
    std::vector<RefusedComponent> refused_;
    RegistryPtr registry_;
};

}  // namespace cedar::host::app
