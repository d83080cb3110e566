#include "host/loader/cache_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <system_error>

namespace cedar::host::loader {

CacheLock::CacheLock(const std::filesystem::path& folder) {
    std::error_code ignored;  // what is wrong with the folder is said when something is copied into it
    std::filesystem::create_directories(folder, ignored);
    descriptor_ = ::open((folder / "users").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ >= 0) static_cast<void>(::flock(descriptor_, LOCK_SH));
}

CacheLock::~CacheLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool CacheLock::alone(const std::function<void()>& work) {
    if (descriptor_ < 0) return false;
    const bool locked = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
    if (locked) work();
    static_cast<void>(::flock(descriptor_, LOCK_SH));  // also after a failure, which may have let go of it
    return locked;
}

}  // namespace cedar::host::loader
