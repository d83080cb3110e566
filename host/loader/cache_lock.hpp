#pragma once
#include "host/os/file_lock.hpp"

#include <filesystem>
#include <functional>
#include <optional>

namespace cedar::host::loader {

// Says that somebody uses a cache folder, so that another host does not clean it meanwhile. Held from construction
// to destruction; as nobody can be kept from working by it, a lock that cannot be had is only remembered. Thread:
// one at a time.
class CacheLock {
public:
    // Makes `folder` when missing. Blocking: while another host cleans, at most ten seconds.
    explicit CacheLock(const std::filesystem::path& folder);

    // Runs `work` if nobody else uses the folder; nobody can begin to meanwhile. False: somebody does.
    bool alone(const std::function<void()>& work);

private:
    std::optional<os::LockedFile> file_;
};

}  // namespace cedar::host::loader
