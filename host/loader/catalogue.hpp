#pragma once
#include "host/core/error.hpp"
#include "host/core/manifest.hpp"
#include "host/core/now.hpp"
#include "host/loader/prober.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct cedar_host;
struct cedar_entry;

namespace cedar::host {
class Clock;
class Log;
}  // namespace cedar::host

namespace cedar::host::loader {

// found, probing: on its way. ready, rejected, shadowed, quarantined: what came of it. draining: content that was
// replaced or removed, and that runs which began before still use.
enum class PluginState { found, probing, ready, rejected, shadowed, quarantined, draining };
std::string_view to_string(PluginState state);

struct ComponentName {
    std::string id;
    std::string version;
    bool in_use = false;       // false: refused, or another plugin has a higher version of it
    std::string circuit = {};  // of its breaker: "closed", "open", "half_open"; empty: it has none
};

// Where a plugin's components run.
enum class PluginMode { in_process, process, group };
struct Placement {
    PluginMode mode = PluginMode::in_process;
    std::string group;      // of mode group: plugins of one name share a worker process
    bool probed = false;    // it is tried in a child process before the host relies on it
    bool confined = false;  // in a sandbox, when it is tried and when it runs in a worker
};
std::string to_string(const Placement& placement);  // "in-process", "process", "group:NAME"

class PluginLedger;

// How often what runs of a file had to be ended, or ended by itself, since the host started.
struct PluginEnds {
    std::uint64_t crashes = 0;  // of its worker
    std::uint64_t kills = 0;    // of its worker, for not stopping in time
    std::uint64_t stuck = 0;    // in the host's process: did not stop in time, and its thread was written off
    std::string last;           // how, the last time
    UtcTime last_at{};
    [[nodiscard]] bool any() const { return crashes + kills + stuck > 0; }
};

// How often a content has ended the process of a host, as far as hosts since could tell.
struct HostCrashes {
    std::uint64_t times = 0;
    std::string last;  // how, the last time
    UtcTime last_at{};
};

// What became of one file of a plugin folder; every file ever seen has one.
struct PluginRecord {
    std::string file;    // folder / name, as it was found
    std::string sha256;  // 64 hex digits of the content; empty when it could not be read
    PluginState state = PluginState::found;
    std::string reason;                     // one sentence; empty when ready with all its components
    UtcTime since{};                        // when it came into this state
    std::vector<ComponentName> components;  // as its manifest lists them; empty when that could not be read
    std::vector<std::string> warnings;      // unknown keys of its manifest, each a sentence
    std::string mode;                       // as to_string(Placement); empty when it could not be read
    PluginEnds ends;
    HostCrashes host_crashes;
    std::uint64_t generation = 0;  // which of the file's contents is in use, from 1; 0: none
};

using RecordsPtr = std::shared_ptr<const std::vector<PluginRecord>>;

// A library that may be used: loaded and initialised for the life of the process, or left to a worker process.
struct Plugin {
    std::string file;    // where it was found, for people
    std::string loaded;  // the copy that is mapped
    std::string sha256;
    std::vector<Manifest> components;    // those that are in use: of one id there is only one in all plugins
    const cedar_entry* entry = nullptr;  // all required functions are there; null unless placed in-process
    Placement placement;
    std::vector<ProbeVerdict::Refusal> refusals;  // components that its probe could not create
    std::uint64_t serial = 0;  // of all that were brought up; the same content brought up again is another
    bool replaces = false;     // another content of the file, which is good, is in use until this one is
    // Whoever runs it keeps this: `deinit` is called when the last is gone, on that thread.
    std::shared_ptr<const void> lease;
};

struct CatalogueOptions {
    std::vector<std::filesystem::path> folders;        // in this order: the built-in one first
    std::filesystem::path cache;                       // "<data>/cache"; made when missing
    std::uint64_t max_file_bytes = 256 * 1024 * 1024;  // a larger library is refused
    std::size_t max_files = 10000;                     // a folder; what is beyond is left out, with a warning

    // Where a file's components run; empty: all in-process, not probed. `folder`: index of its folder.
    std::function<Placement(std::size_t folder, const std::filesystem::path& file, const std::string& sha256)>
        place;
    std::function<std::string(const std::string& id)> config;  // a component's, as JSON or empty; for the probe
    Prober* prober = nullptr;  // needed when anything is placed as probed; outlives the catalogue
    // The first look waits until all are tried, but no longer than this after the last verdict; what is still being
    // tried then is left to take_up().
    std::chrono::milliseconds first_wait = std::chrono::hours(1);
    PluginLedger* ledger = nullptr;  // of quarantine; null: there is none. Outlives the catalogue
    // Makes all components of a library ready, before it is said to be. An error refuses this content. May be
    // empty.
    std::function<Result<void>(const Plugin&)> bring_up;
    // Told of each file that is another than after the look before: its state, its reason, its generation; or that
    // it is gone, with what it was. Not of those of the first look. May be empty.
    std::function<void(const PluginRecord&, bool gone)> on_change;
    // Told what is in use from now on, before the records say so: what is listed as ready is in use by then. The
    // spans are valid during the call. May be empty.
    std::function<void(std::span<const Plugin> ready, std::span<const std::string> problems)> use;

    // Different libraries with a component of one id that may be loaded in this process in its life, as none can be
    // unloaded; beyond: left to a worker process, or without a prober rejected, and the last good one stays.
    std::size_t generations_max = 64;
};

// The plugins of some folders. Reads every "*.so" (no sub-folders, no names that begin with '.',
// '~' or '#'), judges it without running it, copies it to "<cache>/plugins/<sha256>/<name>", has it tried, loads
// the copy, checks its entry and calls `init` once. Nothing that is wrong with one plugin stops the rest.
//
// One that is placed as probed is first tried in a child process; one that is placed in a worker process is never
// loaded in this one. A library that crashes or hangs in its probe is entered in the ledger, and stays quarantined.
//
// Of one id the highest version is used, the others are shadowed; the same content twice is shadowed by the
// first; the same id and version with different content: both files are refused. A file whose load fails
// lets the one that it shadowed step forward, unless it had a content that was good: that stays in use then.
//
// Ownership: `host` must outlive the catalogue and every lease (their end calls `deinit`; the destructor lets go of
// what was loaded last first), and leases outlive every instance made from their entries. `clock` and `log` must
// outlive it. Thread: one at a time, but for snapshot(). Blocking: the constructor and refresh() read and load;
// they run plugin code (static constructors, `init`) on the calling thread.
class Catalogue {
public:
    Catalogue(CatalogueOptions options, const cedar_host& host, const Clock& clock, Log& log);
    ~Catalogue();
    Catalogue(const Catalogue&) = delete;
    Catalogue& operator=(const Catalogue&) = delete;

    // Looks at the folders again and does what is needed: files that came are brought up, contents that changed
    // replace the one before, what is gone is let go of. Files whose stamp is the same are not read; one that was
    // touched is judged anew. False: nothing has changed.
    // What has to be tried first is left to take_up(), or to the next refresh(), when its verdict has come; until
    // then what it will replace stays in use.
    bool refresh();
    // Takes up the verdicts that have come, without a look at the folders. False: none has.
    bool take_up();
    // Deletes the copies of what is neither in a folder nor in use nor draining, unless another host uses the
    // cache. Cheap when nothing was let go of since the last time.
    void clean_cache();
    // Valid until the next refresh().
    [[nodiscard]] std::span<const Plugin> ready() const;          // in the order of folders, then by name
    [[nodiscard]] std::span<const PluginRecord> records() const;  // the same order
    [[nodiscard]] std::span<const std::string> problems() const;  // folders that could not be read, each a sentence
    // The records as they are at this moment, also while refresh() works, and what drains after them. Thread: any.
    [[nodiscard]] RecordsPtr snapshot() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The records as the JSON array of `GET /api/plugins`:
// [{"file","sha256","state","reason","since","mode","generation",
// "components":[{"id","version","in_use","circuit"?}],"warnings",
// "ends"?:{"crashes","kills","stuck","last","last_at"}, "host_crashes"?:{"times","last","last_at"}}], times as
// "YYYY-MM-DDTHH:MM:SSZ". Thread: any.
[[nodiscard]] std::string to_json(std::span<const PluginRecord> records);

}  // namespace cedar::host::loader
