#pragma once
#include "host/ports/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace cedar::host::app {

// What has happened to plugins since the host started, the latest last: states that changed, workers that ended,
// threads that were written off, what went into quarantine. Runs have events of their own; what comes after a run's
// end, or belongs to none, is here. Thread: any.
class PluginEvents {
public:
    static constexpr std::size_t kKept = 100;

    // `clock` outlives it.
    explicit PluginEvents(const Clock& clock) : clock_(clock) {}

    // `event`: a state (loader::to_string), "deleted", "crashed", "killed", "written_off" or "ended_the_host".
    // `text` may be empty.
    void add(const std::string& event, const std::string& file, const std::string& text);

    // [{"seq","at","event","file","text"}]; `seq` from 1, without gaps, so that a reader sees what it has missed.
    [[nodiscard]] std::string json() const;

private:
    struct Entry {
        std::uint64_t seq = 0;
        std::string at, event, file, text;
    };
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::deque<Entry> kept_;
    std::uint64_t last_ = 0;
};

}  // namespace cedar::host::app
