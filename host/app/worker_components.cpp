#include "host/app/worker_components.hpp"

#include "host/app/crash_notes.hpp"
#include "host/app/isolation.hpp"
#include "host/app/note.hpp"
#include "host/loader/quarantine_words.hpp"
#include "host/os/crash_note.hpp"
#include "host/ports/clock.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace cedar::host::app {

WorkerComponents::WorkerComponents(const Config& config, runtime::ControlThread& control,
                                   const runtime::ServiceTable& services, const Clock& clock, Log& log,
                                   PluginEvents& events)
    : config_(config),
      clock_(clock),
      log_(log),
      events_(events),
      ledger_(open_ledger()),
      spawner_("/proc/self/exe"),
      prober_(spawner_, prober_options(config)),
      workers_(
          spawner_, control, services, log, worker_options(config),
          [this](const auto& plugin, const auto& reason) { put_in_quarantine(plugin.file, plugin.sha256, reason); },
          [this](const auto& plugins, const auto& how, bool killed) {
              for (const auto& plugin : plugins)
                  events_.add(killed ? "killed" : "crashed", plugin.file, "its worker " + how);
          }) {
    remember_crashes();
}

// What a library may end cannot remember it; the next host does. Without a ledger the notes stay for one that has.
void WorkerComponents::remember_crashes() {
    const auto folder = crash_folder(config_);
    if (ledger_) take_crash_notes(folder, *ledger_, worker_options(config_), clock_, log_, events_);
    os::keep_crash_notes(folder);
}

// A ledger that cannot be read is an empty one for now: the host starts, and nothing is trusted.
std::unique_ptr<loader::PluginLedger> WorkerComponents::open_ledger() const {
    auto opened = loader::PluginLedger::open(ledger_file(config_));
    if (opened) return std::move(*opened);
    note(log_, LogLevel::error, "loader", opened.error().message + "; no plugin is trusted");
    return nullptr;
}

loader::Placement WorkerComponents::place_file(bool builtin, const std::filesystem::path& file,
                                               const std::string& sha256) const {
    if (ledger_) return place(config_, *ledger_, builtin, file, sha256);
    loader::Placement careful;
    careful.probed = careful.confined = !builtin;
    if (!builtin) careful.mode = loader::PluginMode::process;
    return careful;
}

void WorkerComponents::read_ledger() {
    if (!ledger_) return;
    if (auto read = ledger_->refresh(); !read)
        note(log_, LogLevel::error, "loader", read.error().message + "; what it said before still counts");
    std::set<std::string> cleared;
    {
        const std::lock_guard lock(mutex_);
        for (const std::string& sha256 : entered_) {
            if (!ledger_->quarantine_of(sha256)) cleared.insert(sha256);
        }
        for (const std::string& sha256 : cleared) entered_.erase(sha256);
    }
    for (const std::string& sha256 : cleared) workers_.pardon(sha256);
}

void WorkerComponents::prepare(loader::CatalogueOptions& options) {
    const bool has_builtin = options.folders.size() > config_.list("plugins").size();
    options.place = [this, has_builtin](std::size_t folder, const auto& file, const std::string& sha256) {
        return place_file(has_builtin && folder == 0, file, sha256);
    };
    options.config = [this](const std::string& id) { return config_.component(id); };
    options.prober = &prober_;
    options.ledger = ledger_.get();
    if (config_.boolean("safe_mode")) options.folders.resize(has_builtin ? 1 : 0);
}

std::vector<std::shared_ptr<Invoker>> WorkerComponents::add(const loader::Plugin& plugin,
                                                            std::span<const Manifest> components) {
    worker::WorkerPlugin wanted;
    wanted.file = plugin.file;
    wanted.copy = plugin.loaded;
    wanted.sha256 = plugin.sha256;
    wanted.group = plugin.placement.group;
    wanted.confined = plugin.placement.confined;
    wanted.lease = plugin.lease;
    for (const Manifest& manifest : components) {
        wanted.components.push_back({manifest, config_.component(manifest.id)});
    }
    return workers_.add(std::move(wanted));
}

void WorkerComponents::count_stuck(const loader::Plugin& plugin, const std::string& why) {
    events_.add("written_off", plugin.file, why + "; its thread is written off");
    const auto options = worker_options(config_);
    const SteadyTime now = clock_.now().steady;
    std::string reason;
    {
        const std::lock_guard lock(mutex_);
        auto& [times, ends] = stuck_[plugin.sha256];
        ++ends.stuck;
        ends.last = why;
        ends.last_at = clock_.now().utc;
        times.push_back(now);
        while (times.front() < now - options.quarantine_window) times.pop_front();
        if (options.quarantine_crashes == 0 || times.size() < options.quarantine_crashes) return;
        reason = std::to_string(times.size()) + " times within " +
                 std::to_string(options.quarantine_window.count()) + " s, the last time: " + why;
        times.clear();
    }
    note(log_, LogLevel::error, "loader", plugin.file + ": quarantined: " + reason);
    put_in_quarantine(plugin.file, plugin.sha256, reason);
}

void WorkerComponents::put_in_quarantine(const std::string& file, const std::string& sha256,
                                         const std::string& reason) {
    if (!ledger_) return;
    const std::string name = std::filesystem::path(file).filename().string();
    auto entered = ledger_->quarantine(sha256, name, reason, clock_.now().utc);
    if (!entered) return note(log_, LogLevel::error, "loader", "quarantine: " + entered.error().message);
    const std::lock_guard lock(mutex_);
    entered_.insert(sha256);
}

void WorkerComponents::complete(std::vector<loader::PluginRecord>& records) const {
    if (ledger_) {
        const auto crashed = ledger_->crashed();
        for (loader::PluginRecord& record : records) {
            const auto found = crashed.find(record.sha256);
            if (found == crashed.end()) continue;
            const auto& crashes = found->second;
            record.host_crashes = {crashes.times.size(), crashes.last, *std::ranges::max_element(crashes.times)};
        }
    }
    {
        const std::lock_guard lock(mutex_);
        for (loader::PluginRecord& record : records) {
            const auto found = stuck_.find(record.sha256);
            if (found != stuck_.end()) record.ends = found->second.ends;
        }
    }
    for (const auto& report : workers_.reports()) {
        for (loader::PluginRecord& record : records) {
            for (std::size_t i = 0; i < report.files.size(); ++i) {
                if (report.files[i] == record.file && report.hashes[i] == record.sha256)
                    complete(record, report, i);
            }
        }
    }
}

void WorkerComponents::complete(loader::PluginRecord& record, const worker::WorkerHost::Report& report,
                                std::size_t library) const {
    const std::string& quarantine = report.quarantined[library];
    if (!quarantine.empty() && record.state == loader::PluginState::ready) {
        record.state = loader::PluginState::quarantined;
        record.reason = loader::quarantine_words(quarantine, record.file);
    } else if (record.reason.empty()) {
        record.reason = report.reason;
    }
    if (report.crashes > 0) {
        const Now now = clock_.now();
        record.ends.crashes = report.crashes - report.kills;
        record.ends.kills = report.kills;
        record.ends.last = "its worker " + report.last_end;
        record.ends.last_at =
            now.utc - std::chrono::duration_cast<UtcTime::duration>(now.steady - report.last_end_at);
    }
    for (loader::ComponentName& name : record.components) {
        const auto found = std::ranges::find(report.components, name.id, &worker::WorkerHost::ComponentReport::id);
        if (found != report.components.end()) name.circuit = to_string(found->circuit);
    }
}

}  // namespace cedar::host::app
