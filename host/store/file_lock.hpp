#pragma once
#include <chrono>
#include <filesystem>

namespace cedar::host::store {

// Held by one process or connection at a time; given up by the kernel when its holder dies. Throws ErrorException:
// unavailable when it is not free within `wait`, io. Blocking.
class FileLock {
public:
    FileLock(const std::filesystem::path& file, std::chrono::milliseconds wait);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    int file_ = -1;
};

}  // namespace cedar::host::store
