#include "host/app/component_set.hpp"

#include "host/app/note.hpp"
#include "host/app/options.hpp"
#include "host/core/json.hpp"
#include "host/loader/clean_pages.hpp"

#include <algorithm>

namespace cedar::host::app {

ComponentSet::ComponentSet(const Config& config, const runtime::ServiceTable& services, const Clock& clock,
                           Log& log)
    : config_(config),
      log_(log),
      tap_(log),
      control_(clock),
      host_(control_, services, tap_, in_process_options(config)),
      catalogue_(catalogue_options(config), *host_.table(), clock, tap_) {
    std::vector<ComponentPtr> ready;
    for (const loader::Plugin& plugin : catalogue_.ready()) bring_up(plugin, ready);
    registry_ = std::make_shared<const Registry>(std::move(ready));
    // Most of what a library's start-up touched is not needed again soon.
    loader::drop_clean_pages(catalogue_options(config).cache);
    for (const auto& [id, component] : config.components()) {
        if (registry_->find(id) != nullptr) continue;
        note(log_, LogLevel::warn, "config", "components." + json_string(id) + ": there is no such component", id);
    }
}

ComponentSet::~ComponentSet() {
    registry_.reset();
    // The instances that the registry held are destroyed by the host's threads, before their libraries' `deinit`.
    if (!host_.stop(std::chrono::seconds(1))) {
        note(log_, LogLevel::error, "app", "a component still holds its thread");
    }
}

void ComponentSet::bring_up(const loader::Plugin& plugin, std::vector<ComponentPtr>& ready) {
    for (const Manifest& manifest : plugin.components) {
        auto invoker = host_.make_invoker(*plugin.entry, manifest, config_.component(manifest.id));
        if (!invoker) {
            refuse(manifest, plugin.file, invoker.error());
            continue;
        }
        auto component = make_component(manifest, std::move(*invoker), plugin.file, schemas_);
        if (!component) {
            refuse(manifest, plugin.file, component.error());
            continue;
        }
        ready.push_back(std::move(*component));
    }
}

void ComponentSet::refuse(const Manifest& manifest, const std::string& file, const Error& error) {
    note(log_, LogLevel::warn, "loader", error.message, manifest.id);
    refused_.push_back({manifest.id, file, error.message});
}

std::size_t ComponentSet::rejected_files() const {
    const auto records = plugins();
    return static_cast<std::size_t>(std::count_if(records.begin(), records.end(), [](const auto& record) {
        return record.state == loader::PluginState::rejected;
    }));
}

}  // namespace cedar::host::app
