// What the log and whoever listens are told of a look.
#include "host/loader/scan.hpp"
#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace cedar::host::loader {

void Scan::say(LogLevel level, const std::string& message) const {
    LogRecord line;
    line.level = level;
    line.stage = "loader";
    line.message = message;
    log_.write(line);
}

void Scan::report(SteadyTime begun) {
    std::size_t rejected = 0, shadowed = 0, tried = 0;
    std::unordered_map<std::string, PluginRecord> now;
    for (const PluginRecord& record : *published_) {
        rejected += record.state == PluginState::rejected || record.state == PluginState::quarantined ? 1U : 0U;
        shadowed += record.state == PluginState::shadowed ? 1U : 0U;
        tried += record.state == PluginState::probing ? 1U : 0U;
        const auto before = reported_.find(record.file);
        if (before == reported_.end() || before->second.state != record.state ||
            before->second.reason != record.reason || before->second.generation != record.generation) {
            report_change(record);
        }
        if (before == reported_.end() || before->second.warnings != record.warnings) {
            for (const std::string& warning : record.warnings) {
                say(LogLevel::warn, record.file + ": manifest: " + warning);
            }
        }
        now.emplace(record.file, record);
    }
    for (const auto& [file, record] : reported_) {
        if (now.contains(file)) continue;
        say(LogLevel::info, file + ": deleted");
        if (options_.on_change) options_.on_change(record, true);
    }
    reported_ = std::move(now);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now().steady - begun);
    say(LogLevel::info, "plugins: " + std::to_string(plugins_.size()) + " ready, " + std::to_string(rejected) +
                            " rejected, " + std::to_string(shadowed) + " shadowed, " +
                            (tried > 0 ? std::to_string(tried) + " being tried, " : std::string()) + "in " +
                            std::to_string(took.count()) + " ms");
}

void Scan::report_change(const PluginRecord& record) const {
    if (record.state == PluginState::rejected || record.state == PluginState::quarantined) {
        say(LogLevel::warn, record.file + ": " + std::string(to_string(record.state)) + ": " + record.reason);
    } else if (!record.reason.empty()) {
        say(LogLevel::info, record.file + ": " + record.reason);
    } else if (begun_) {
        const auto words =
            std::string(to_string(record.state)) + ", generation " + std::to_string(record.generation);
        say(LogLevel::info, record.file + ": " + words);
    }
    if (begun_ && options_.on_change) options_.on_change(record, false);
}

void Scan::note_problem(std::string problem) {
    const bool known = std::ranges::find(problems_before_, problem) != problems_before_.end();
    if (!known) say(LogLevel::warn, problem);
    problems_.push_back(std::move(problem));
}

}  // namespace cedar::host::loader
