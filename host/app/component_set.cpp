#include "host/app/component_set.hpp"

#include "host/app/isolation.hpp"
#include "host/app/note.hpp"
#include "host/app/options.hpp"
#include "host/core/json.hpp"

#include <algorithm>

namespace cedar::host::app {

ComponentSet::ComponentSet(const Config& config, const runtime::ServiceTable& services, const Clock& clock,
                           Log& log)
    : config_(config),
      log_(log),
      tap_(log),
      control_(clock),
      host_(control_, services, tap_, in_process_options(config)),
      clock_(clock),
      ledger_(open_ledger()),
      spawner_("/proc/self/exe"),
      prober_(spawner_, prober_options(config)),
      workers_(spawner_, control_, services, tap_, worker_options(config),
               [this](const auto& plugin, const auto& reason) { put_in_quarantine(plugin, reason); }),
      catalogue_(scan_options(), *host_.table(), clock, tap_) {
    std::vector<ComponentPtr> ready;
    for (const loader::Plugin& plugin : catalogue_.ready()) bring_up(plugin, ready);
    registry_ = std::make_shared<const Registry>(std::move(ready));
    for (const auto& [id, component] : config.components()) {
        if (registry_->find(id) != nullptr) continue;
        note(log_, LogLevel::warn, "config", "components." + json_string(id) + ": there is no such component", id);
    }
}

ComponentSet::~ComponentSet() {
    registry_.reset();
    // The instances that the registry held are destroyed by the host's threads, before their libraries' `deinit`.
    if (!stop(std::chrono::seconds(1))) {
        note(log_, LogLevel::error, "app", "a component still holds its thread");
    }
}

bool ComponentSet::stop(std::chrono::milliseconds grace) {
    workers_.stop(grace);
    return host_.stop(grace);
}

// A ledger that cannot be read is an empty one for now: the host starts, and nothing is trusted.
std::unique_ptr<loader::PluginLedger> ComponentSet::open_ledger() const {
    auto opened = loader::PluginLedger::open(ledger_file(config_));
    if (opened) return std::move(*opened);
    note(log_, LogLevel::error, "loader", opened.error().message + "; no plugin is trusted");
    return nullptr;
}

loader::CatalogueOptions ComponentSet::scan_options() {
    loader::CatalogueOptions options = catalogue_options(config_);
    const bool has_builtin = options.folders.size() > config_.list("plugins").size();
    options.place = [this, has_builtin](std::size_t folder, const auto& file, const std::string& sha256) {
        const bool builtin = has_builtin && folder == 0;
        if (ledger_) return place(config_, *ledger_, builtin, file, sha256);
        loader::Placement careful;
        careful.probed = careful.confined = !builtin;
        if (!builtin) careful.mode = loader::PluginMode::process;
        return careful;
    };
    options.config = [this](const std::string& id) { return config_.component(id); };
    options.prober = &prober_;
    options.ledger = ledger_.get();
    if (config_.boolean("safe_mode")) options.folders.resize(has_builtin ? 1 : 0);
    return options;
}

void ComponentSet::bring_up(const loader::Plugin& plugin, std::vector<ComponentPtr>& ready) {
    plugin.placement.mode == loader::PluginMode::in_process ? bring_up_here(plugin, ready)
                                                            : leave_to_worker(plugin, ready);
}

void ComponentSet::bring_up_here(const loader::Plugin& plugin, std::vector<ComponentPtr>& ready) {
    for (const Manifest& manifest : plugin.components) {
        auto invoker = host_.make_invoker(*plugin.entry, manifest, config_.component(manifest.id));
        if (invoker) {
            add_component(manifest, plugin, std::move(*invoker), ready);
        } else {
            refuse(manifest, plugin.file, invoker.error());
        }
    }
}

// What its probe could not create is refused here, as it would be in-process.
void ComponentSet::leave_to_worker(const loader::Plugin& plugin, std::vector<ComponentPtr>& ready) {
    worker::WorkerPlugin wanted;
    wanted.file = plugin.file;
    wanted.copy = plugin.loaded;
    wanted.sha256 = plugin.sha256;
    wanted.group = plugin.placement.group;
    wanted.confined = plugin.placement.confined;
    for (const Manifest& manifest : plugin.components) {
        const auto refusal = std::ranges::find(plugin.refusals, manifest.id, &loader::ProbeVerdict::Refusal::id);
        if (refusal != plugin.refusals.end()) {
            refuse(manifest, plugin.file, refusal->error);
        } else {
            wanted.components.push_back({manifest, config_.component(manifest.id)});
        }
    }
    const auto items = wanted.components;
    const auto invokers = workers_.add(std::move(wanted));
    for (std::size_t i = 0; i < items.size(); ++i) add_component(items[i].manifest, plugin, invokers[i], ready);
}

void ComponentSet::add_component(const Manifest& manifest, const loader::Plugin& plugin,
                                 std::shared_ptr<Invoker> invoker, std::vector<ComponentPtr>& ready) {
    auto component = make_component(manifest, std::move(invoker), plugin.file, schemas_);
    if (component) {
        ready.push_back(std::move(*component));
    } else {
        refuse(manifest, plugin.file, component.error());
    }
}

void ComponentSet::put_in_quarantine(const worker::WorkerPlugin& plugin, const std::string& reason) {
    if (!ledger_) return;
    const std::string name = std::filesystem::path(plugin.file).filename().string();
    auto entered = ledger_->quarantine(plugin.sha256, name, reason, clock_.now().utc);
    if (!entered) note(log_, LogLevel::error, "loader", "quarantine: " + entered.error().message);
}

std::vector<loader::PluginRecord> ComponentSet::plugins_now() const {
    std::vector<loader::PluginRecord> records(plugins().begin(), plugins().end());
    for (const auto& report : workers_.reports()) {
        for (loader::PluginRecord& record : records) {
            if (std::ranges::find(report.files, record.file) == report.files.end()) continue;
            const auto entry = ledger_ ? ledger_->quarantine_of(record.sha256) : std::nullopt;
            if (entry && record.state == loader::PluginState::ready) {
                record.state = loader::PluginState::quarantined;
                record.reason =
                    entry->reason + "; `cedar plugins clear " + record.file + "` lets it be tried again";
            } else if (record.reason.empty()) {
                record.reason = report.reason;
            }
            for (loader::ComponentName& name : record.components) {
                const auto found =
                    std::ranges::find(report.components, name.id, &worker::WorkerHost::ComponentReport::id);
                if (found != report.components.end()) name.circuit = to_string(found->circuit);
            }
        }
    }
    return records;
}

void ComponentSet::refuse(const Manifest& manifest, const std::string& file, const Error& error) {
    note(log_, LogLevel::warn, "loader", error.message, manifest.id);
    refused_.push_back({manifest.id, file, error.message});
}

std::size_t ComponentSet::rejected_files() const {
    const auto records = plugins();
    return static_cast<std::size_t>(std::count_if(records.begin(), records.end(), [](const auto& record) {
        return record.state == loader::PluginState::rejected || record.state == loader::PluginState::quarantined;
    }));
}

}  // namespace cedar::host::app
