#include "host/loader/cache_lock.hpp"

#include <chrono>
#include <system_error>

namespace cedar::host::loader {
namespace {

constexpr std::chrono::milliseconds kOthersClean{10000};  // for as long another host may be at it

}  // namespace

CacheLock::CacheLock(const std::filesystem::path& folder) {
    std::error_code ignored;  // what is wrong with the folder is said when something is copied into it
    std::filesystem::create_directories(folder, ignored);
    if (auto file = os::LockedFile::open(folder / "users", os::Hold::shared, kOthersClean))
        file_.emplace(std::move(*file));
}

bool CacheLock::alone(const std::function<void()>& work) {
    if (!file_) return false;
    const bool locked = os::lock_file(file_->descriptor(), os::Hold::alone, {}).has_value();
    if (locked) work();
    // Also after a failure, which may have let go of it.
    if (!os::lock_file(file_->descriptor(), os::Hold::shared, kOthersClean)) file_.reset();
    return locked;
}

}  // namespace cedar::host::loader
