#include "host/app/crash_notes.hpp"

#include "host/app/note.hpp"
#include "host/os/crash_note.hpp"

#include <algorithm>
#include <string>
#include <system_error>

namespace cedar::host::app {
namespace {

// False: it could not be entered; the note stays for the next start.
bool enter(const os::CrashNote& note, loader::PluginLedger& ledger, const worker::WorkerOptions& options,
           UtcTime now, Log& log, PluginEvents& events) {
    const std::string how = note.how + " in " + note.place;
    const UtcTime at = std::min(note.at, now);  // clocks are set back
    const auto times = ledger.note_crash(note.sha256, note.name, how, at, options.quarantine_window);
    if (!times) {
        app::note(log, LogLevel::error, "loader", "crash of " + note.name + ": " + times.error().message);
        return false;
    }
    app::note(log, LogLevel::error, "loader",
              note.name + " ended the host's process at " + loader::iso_time(at) + ": " + how);
    events.add("ended_the_host", note.name, how);
    if (options.quarantine_crashes == 0 || *times < options.quarantine_crashes) return true;
    const std::string reason = "it ended the host's process " + std::to_string(*times) + " times within " +
                               std::to_string(options.quarantine_window.count()) + " s, the last time: " + how;
    const auto entered = ledger.quarantine(note.sha256, note.name, reason, now);
    if (!entered) app::note(log, LogLevel::error, "loader", "quarantine: " + entered.error().message);
    return entered.has_value();
}

}  // namespace

void take_crash_notes(const std::filesystem::path& folder, loader::PluginLedger& ledger,
                      const worker::WorkerOptions& options, const Clock& clock, Log& log, PluginEvents& events) {
    for (const os::CrashNote& found : os::crash_notes_in(folder)) {
        if (found.sha256.empty())
            note(log, LogLevel::warn, "loader",
                 found.file.string() + ": expected a crash note, got something else");
        else if (!enter(found, ledger, options, clock.now().utc, log, events))
            continue;
        std::error_code failed;
        std::filesystem::remove(found.file, failed);
        if (failed)
            note(log, LogLevel::warn, "loader", found.file.string() + ": cannot be removed: " + failed.message());
    }
}

}  // namespace cedar::host::app
