#pragma once
#include "host/loader/prober.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace cedar::host::worker {

// Libraries that have passed their probe, so that none is tried twice. A line of JSON each; a damaged or missing
// file is an empty cache, and only costs time. Bounded: save() keeps what was asked for, and of the rest the first
// 20,000. Thread: one at a time.
class ProbeCache {
public:
    // `host_version`: what was passed with another one does not count. Blocking: reads the file.
    ProbeCache(std::filesystem::path file, std::string host_version);

    [[nodiscard]] std::optional<loader::ProbeVerdict> find(const loader::ProbeTarget& target);
    // Only what passed is kept.
    void remember(const loader::ProbeTarget& target, const loader::ProbeVerdict& verdict);
    // Error io. Blocking.
    [[nodiscard]] Result<void> save();
    // save() in two: what the file should say, or nothing if that has not changed since this was last asked; and to
    // write it, which may be done while the cache is used. Error io. Blocking: the second.
    [[nodiscard]] std::optional<std::string> unsaved();
    [[nodiscard]] Result<void> write(const std::string& text) const;

private:
    // The content, the version of the host, the configuration: whatever can change what comes of it.
    [[nodiscard]] std::string key_of(const loader::ProbeTarget& target) const;
    void load();

    struct Entry {
        std::vector<loader::ProbeVerdict::Refusal> refusals;
        bool used = false;
    };
    const std::filesystem::path file_;
    const std::string host_version_;
    std::map<std::string, Entry> entries_;
    bool changed_ = false;
};

}  // namespace cedar::host::worker
