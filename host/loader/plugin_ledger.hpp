#pragma once
#include "host/core/error.hpp"
#include "host/core/now.hpp"
#include "host/loader/file_bytes.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::loader {

// What the operator and the host have decided about libraries, by the hash of their content: which are trusted to
// run in the host's own process, which are in quarantine because they crashed or hung; and which have ended the
// host's process, as that host could not decide anything any more. Kept as one JSON file
// that people may read; written whole by each change. Hosts and commands may share one: each change is made to what
// the file says then, one at a time. Thread: any.
class PluginLedger {
public:
    struct Entry {
        std::string name;    // of the file when it was entered, for people
        std::string since;   // "YYYY-MM-DDTHH:MM:SSZ"
        std::string reason;  // quarantine only
    };
    // How often a library has ended the host's process; the latest times.
    struct Crashes {
        std::string name;
        std::string last;  // how, the last time
        std::vector<UtcTime> times;
    };
    static constexpr std::size_t kCrashedMax = 256, kCrashTimesMax = 1000;  // libraries; times of each

    // A missing file is an empty ledger. Error corrupt, naming the file; io. Blocking.
    [[nodiscard]] static Result<std::unique_ptr<PluginLedger>> open(std::filesystem::path file);

    // Takes up what others have written since; cheap when nobody has. Errors as open(): what was known stays.
    // Blocking.
    [[nodiscard]] Result<void> refresh();

    [[nodiscard]] bool trusts(std::string_view sha256) const;
    [[nodiscard]] std::optional<Entry> quarantine_of(std::string_view sha256) const;
    [[nodiscard]] std::map<std::string, Entry, std::less<>> trusted() const;
    [[nodiscard]] std::map<std::string, Entry, std::less<>> quarantined() const;

    [[nodiscard]] std::map<std::string, Crashes, std::less<>> crashed() const;

    // Each writes the file. Errors as open(), and unavailable: another process has been at it for five seconds;
    // nothing has changed then. Blocking.
    [[nodiscard]] Result<void> trust(const std::string& sha256, const std::string& name, UtcTime now);
    [[nodiscard]] Result<void> quarantine(const std::string& sha256, const std::string& name,
                                          const std::string& reason, UtcTime now);
    // It ended the host's process at that time. How many times it has within `window` before; the same time again
    // is the same crash.
    [[nodiscard]] Result<std::size_t> note_crash(const std::string& sha256, const std::string& name,
                                                 const std::string& how, UtcTime at, std::chrono::seconds window);
    // False: there was nothing to undo. clear() also forgets the crashes.
    [[nodiscard]] Result<bool> untrust(std::string_view sha256);
    [[nodiscard]] Result<bool> clear(std::string_view sha256);

private:
    using Entries = std::map<std::string, Entry, std::less<>>;
    explicit PluginLedger(std::filesystem::path file) : file_(std::move(file)) {}
    struct State {
        Entries trusted, quarantined;
        std::map<std::string, Crashes, std::less<>> crashed;
    };
    // True: it makes a difference.
    using Change = std::function<bool(State&)>;
    [[nodiscard]] Result<bool> change(const Change& change);
    // With mutex_ held.
    [[nodiscard]] Result<void> read();
    [[nodiscard]] Result<void> write(const State& state) const;

    const std::filesystem::path file_;
    mutable std::mutex mutex_;
    State state_;
    std::optional<FileStamp> stamp_;  // of what was read; none: there was no file
};

// "YYYY-MM-DDTHH:MM:SSZ". Thread: any.
[[nodiscard]] std::string iso_time(UtcTime time);

}  // namespace cedar::host::loader
