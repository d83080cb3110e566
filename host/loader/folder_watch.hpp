#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace cedar::host {
class Log;
}

namespace cedar::host::loader {

struct FolderWatchOptions {
    std::vector<std::filesystem::path> folders;
    std::vector<std::filesystem::path> files = {};  // besides: looked at every `poll`
    bool inotify = true;  // false: poll, for file systems that tell nothing (network, some overlays)
    std::chrono::milliseconds settle{50};       // of quiet after a change, before it is told
    std::chrono::milliseconds settle_max{500};  // a burst is told after that at the latest
    std::chrono::milliseconds poll{1000};       // between two looks at a folder that cannot be watched
    std::size_t max_files = 10000;              // that are looked at when polling
};

// Tells when the libraries of some folders have changed: one was written and closed, moved in or out, linked,
// deleted, or its rights were changed. What changed is for the listener to find out: so a dropped event, a queue
// that overflows or a poll in place of events all come to the same. A folder that cannot be watched, or is not
// there, is polled until it can be. Not seen: a link whose target changes (until something else in the folder
// does). Thread: any.
class FolderWatch {
public:
    // `on_change` runs on this object's own thread, one at a time, first right after the start: what happened
    // between a listener's own first look and the watch is not missed. It must not throw. `log` outlives it.
    // `on_nudge`: what nudge() calls; likewise, never beside the other.
    FolderWatch(FolderWatchOptions options, std::function<void()> on_change, Log& log,
                std::function<void()> on_nudge = {});
    ~FolderWatch();  // stop() without limit
    FolderWatch(const FolderWatch&) = delete;
    FolderWatch& operator=(const FolderWatch&) = delete;

    // Calls `on_nudge` at once, but for what is being called. Several may come to one call.
    void nudge();

    // Nothing is told after it. False: `on_change` still runs after `grace`; its thread is left behind, and what it
    // uses must stay. Blocking.
    [[nodiscard]] bool stop(std::chrono::milliseconds grace);

    struct Report {
        std::size_t watched = 0, polled = 0;  // folders
        std::uint64_t told = 0, overflows = 0;
    };
    [[nodiscard]] Report report() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace cedar::host::loader
