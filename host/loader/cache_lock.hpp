#pragma once
#include <filesystem>
#include <functional>

namespace cedar::host::loader {

// Says that somebody uses a cache folder, so that another host does not clean it meanwhile. Held from construction
// to destruction; as nobody can be kept from working by it, a lock that cannot be had is only remembered. Thread:
// one at a time.
class CacheLock {
public:
    // Makes `folder` when missing. Blocking: while another host cleans.
    explicit CacheLock(const std::filesystem::path& folder);
    ~CacheLock();
    CacheLock(const CacheLock&) = delete;
    CacheLock& operator=(const CacheLock&) = delete;

    // Runs `work` if nobody else uses the folder; nobody can begin to meanwhile. False: somebody does.
    bool alone(const std::function<void()>& work);

private:
    int descriptor_ = -1;
};

}  // namespace cedar::host::loader
