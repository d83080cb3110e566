#include "host/app/component_set.hpp"

#include "host/app/isolation.hpp"
#include "host/app/note.hpp"
#include "host/app/options.hpp"
#include "host/core/json.hpp"
#include "host/loader/clean_pages.hpp"
#include "host/os/culprit.hpp"

#include <algorithm>
#include <tuple>

namespace cedar::host::app {

ComponentSet::ComponentSet(const Config& config, const runtime::ServiceTable& services, const Clock& clock,
                           Log& log, bool watched)
    : config_(config),
      log_(log),
      events_(clock),
      tap_(log),
      control_(clock),
      host_(control_, services, tap_, guarded_options()),
      workers_(config, control_, services, clock, tap_, events_),
      catalogue_(scan_options(watched), *host_.table(), clock, tap_) {
    // Most of what a library's start-up touched is not needed again soon.
    loader::drop_clean_pages(catalogue_options(config).cache);
    for (const auto& [id, component] : config.components()) {
        if (registry()->find(id) != nullptr) continue;
        note(log_, LogLevel::warn, "config", "components." + json_string(id) + ": there is no such component", id);
    }
}

ComponentSet::~ComponentSet() {
    if (!stop_watching(std::chrono::seconds(1))) {
        note(log_, LogLevel::error, "app", "a library is still being brought up");
    }
    // The instances that the registry held are destroyed by the host's threads, before their libraries' `deinit`.
    made_.clear();
    {
        const std::lock_guard lock(mutex_);
        view_ = std::make_shared<const View>();
    }
    if (!stop(std::chrono::seconds(1))) {
        note(log_, LogLevel::error, "app", "a component still holds its thread");
    }
}

bool ComponentSet::stop(std::chrono::milliseconds grace) {
    const bool still = stop_watching(grace);
    workers_.stop(grace);
    return host_.stop(grace) && still;
}

void ComponentSet::watch(std::function<void(const RegistryPtr&)> use, std::function<void()> on_change) {
    loader::FolderWatchOptions options = watch_options(config_, scan_options(true).folders);
    options.files = {ledger_file(config_)};
    if (config_.text("loader.watch") == "off") return;
    use_ = std::move(use);
    const auto look = [this, on_change] {
        workers_.read_ledger();
        if (catalogue_.refresh()) on_change();
        catalogue_.clean_cache();
    };
    const auto take_up = [this, on_change = std::move(on_change)] {
        if (catalogue_.take_up()) on_change();
    };
    auto watch = std::make_shared<loader::FolderWatch>(std::move(options), look, log_, take_up);
    workers_.on_tried([weak = std::weak_ptr(watch)] {
        if (const auto still = weak.lock()) still->nudge();
    });
    const std::lock_guard lock(mutex_);
    watch_ = std::move(watch);
}

bool ComponentSet::stop_watching(std::chrono::milliseconds grace) {
    std::shared_ptr<loader::FolderWatch> watch;
    {
        const std::lock_guard lock(mutex_);
        watch = watch_;
    }
    if (!watch) return true;
    workers_.on_tried({});
    if (!watch->stop(grace)) return false;
    const std::lock_guard lock(mutex_);
    watch_.reset();
    return true;
}

// What the catalogue has in use now becomes what everybody sees.
void ComponentSet::publish(std::span<const loader::Plugin> ready, std::span<const std::string> problems) {
    View next;
    std::vector<ComponentPtr> all;
    std::map<std::uint64_t, Made> still;
    for (const loader::Plugin& plugin : ready) {
        Made& made = still[plugin.serial] = std::move(made_[plugin.serial]);
        for (const Manifest& manifest : plugin.components) {
            const auto of = [&](const ComponentPtr& component) { return component->manifest.id == manifest.id; };
            const auto found = std::ranges::find_if(made.components, of);
            if (found != made.components.end()) all.push_back(*found);
        }
        next.refused.insert(next.refused.end(), made.refused.begin(), made.refused.end());
    }
    made_.swap(still);
    next.registry = std::make_shared<const Registry>(std::move(all));
    next.problems.assign(problems.begin(), problems.end());
    auto shared = std::make_shared<const View>(std::move(next));
    {
        const std::lock_guard lock(mutex_);
        view_.swap(shared);
    }
    if (use_) use_(registry());
}

loader::CatalogueOptions ComponentSet::scan_options(bool watched) {
    loader::CatalogueOptions options = catalogue_options(config_);
    if (watched && config_.text("loader.watch") != "off")
        options.first_wait = config_.milliseconds("loader.start_wait_ms");
    workers_.prepare(options);
    options.bring_up = [this](const loader::Plugin& plugin) { return bring_up(plugin); };
    options.on_change = [this](const loader::PluginRecord& record, bool gone) {
        if (gone) return events_.add("deleted", record.file, {});
        events_.add(std::string(loader::to_string(record.state)), record.file, record.reason);
    };
    options.use = [this](auto ready, auto problems) { publish(ready, problems); };
    return options;
}

// One that replaces another has to be as good: else that stays.
Result<void> ComponentSet::bring_up(const loader::Plugin& plugin) {
    Made made;
    plugin.placement.mode == loader::PluginMode::in_process ? make_here(plugin, made)
                                                            : leave_to_worker(plugin, made);
    if (plugin.replaces && !made.refused.empty()) {
        return Error{ErrorCode::invalid_argument, made.refused.front().reason, {}};
    }
    {
        const std::lock_guard lock(mutex_);
        for (const Manifest& manifest : plugin.components) files_[manifest.id] = plugin.file;
    }
    made_[plugin.serial] = std::move(made);
    return {};
}

runtime::InProcessOptions ComponentSet::guarded_options() {
    runtime::InProcessOptions options = in_process_options(config_);
    const worker::WorkerOptions same = worker_options(config_);
    options.grace = same.grace;
    options.breaker = same.breaker;
    options.on_stuck = [this](const std::string& component, const void* lease, const std::string& why) {
        loader::Plugin plugin;
        {
            const std::lock_guard lock(mutex_);
            const auto found = here_.find(lease);
            if (found == here_.end()) return;
            std::tie(plugin.file, plugin.sha256) = found->second;
        }
        workers_.count_stuck(plugin, component + " " + why);
    };
    return options;
}

void ComponentSet::make_here(const loader::Plugin& plugin, Made& made) {
    {
        const std::lock_guard lock(mutex_);
        here_[plugin.lease.get()] = {plugin.file, plugin.sha256};
    }
    const std::string name = std::filesystem::path(plugin.file).filename().string();
    for (const Manifest& manifest : plugin.components) {
        auto invoker = host_.make_invoker(*plugin.entry, manifest, config_.component(manifest.id), plugin.lease,
                                          std::make_shared<os::Culprit>(name, plugin.sha256, manifest.id));
        if (invoker) {
            add_component(manifest, plugin, std::move(*invoker), made);
        } else {
            refuse(manifest, plugin, invoker.error(), made);
        }
    }
}

// What its probe could not create is refused here, as it would be in-process.
void ComponentSet::leave_to_worker(const loader::Plugin& plugin, Made& made) {
    std::vector<Manifest> fine;
    for (const Manifest& manifest : plugin.components) {
        const auto refusal = std::ranges::find(plugin.refusals, manifest.id, &loader::ProbeVerdict::Refusal::id);
        if (refusal == plugin.refusals.end()) {
            fine.push_back(manifest);
        } else {
            refuse(manifest, plugin, refusal->error, made);
        }
    }
    const auto invokers = workers_.add(plugin, fine);
    for (std::size_t i = 0; i < fine.size(); ++i) add_component(fine[i], plugin, invokers[i], made);
}

void ComponentSet::add_component(const Manifest& manifest, const loader::Plugin& plugin,
                                 std::shared_ptr<Invoker> invoker, Made& made) {
    auto component = make_component(manifest, std::move(invoker), plugin.file, schemas_);
    if (component) {
        made.components.push_back(std::move(*component));
    } else {
        refuse(manifest, plugin, component.error(), made);
    }
}

void ComponentSet::refuse(const Manifest& manifest, const loader::Plugin& plugin, const Error& error, Made& made) {
    note(log_, LogLevel::warn, "loader", error.message, manifest.id);
    made.refused.push_back({manifest.id, plugin.file, error.message});
}

std::vector<loader::PluginRecord> ComponentSet::plugins() const {
    std::vector<loader::PluginRecord> records = *catalogue_.snapshot();
    workers_.complete(records);
    const RegistryPtr now = registry();
    for (const auto& circuit : host_.circuits()) {
        const auto of = [&](const ComponentPtr& one) { return one->invoker.get() == circuit.invoker; };
        const auto found = std::ranges::find_if(now->all(), of);
        if (found == now->all().end()) continue;
        for (loader::PluginRecord& record : records) {
            if (record.file != (*found)->plugin_file) continue;
            for (loader::ComponentName& name : record.components) {
                if (name.id == (*found)->manifest.id) name.circuit = to_string(circuit.state);
            }
        }
    }
    return records;
}

std::string ComponentSet::file_of(const std::string& id) const {
    if (const RegistryPtr now = registry()) {
        if (const ComponentPtr component = now->find(id)) return component->plugin_file;
    }
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(id);
    return found == files_.end() ? std::string() : found->second;
}

std::size_t ComponentSet::rejected_files() const {
    const auto records = plugins();
    return static_cast<std::size_t>(std::count_if(records.begin(), records.end(), [](const auto& record) {
        return record.state == loader::PluginState::rejected || record.state == loader::PluginState::quarantined;
    }));
}

}  // namespace cedar::host::app
