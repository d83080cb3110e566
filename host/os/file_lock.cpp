#include "host/os/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace cedar::host::os {
namespace {

constexpr std::chrono::milliseconds kPoll{1};
constexpr mode_t kOwnerOnly = 0600;

std::string words(int number) {
    return std::error_code(number, std::generic_category()).message();
}

}  // namespace

Result<void> lock_file(int descriptor, Hold hold, std::chrono::milliseconds wait) {
    const int what = (hold == Hold::alone ? LOCK_EX : LOCK_SH) | LOCK_NB;
    const auto give_up = std::chrono::steady_clock::now() + wait;
    while (::flock(descriptor, what) != 0) {
        const int number = errno;
        if (number == EINTR) continue;
        if (number != EWOULDBLOCK) return Error{ErrorCode::io, "the lock cannot be taken", words(number)};
        if (std::chrono::steady_clock::now() >= give_up)
            return Error{
                ErrorCode::unavailable,
                "expected its lock within " + std::to_string(wait.count()) + " ms, another process holds it",
                {}};
        std::this_thread::sleep_for(kPoll);
    }
    return {};
}

Result<LockedFile> LockedFile::open(const std::filesystem::path& file, Hold hold, std::chrono::milliseconds wait) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
    if (descriptor < 0) return Error{ErrorCode::io, file.string() + ": cannot be opened: " + words(errno), {}};
    LockedFile locked(descriptor);
    if (auto done = lock_file(descriptor, hold, wait); !done)
        return Error{done.error().code, file.string() + ": " + done.error().message, done.error().detail};
    return locked;
}

LockedFile::LockedFile(LockedFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockedFile::~LockedFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace cedar::host::os
