#include "host/store/file_lock.hpp"

#include "host/core/error.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <thread>

namespace cedar::host::store {

namespace {

constexpr std::chrono::milliseconds kPoll{5};

Error lock_error(const std::filesystem::path& file, int number) {
    const std::string words = std::error_code(number, std::generic_category()).message();
    if (number == EWOULDBLOCK)
        return {ErrorCode::unavailable, file.string() + ": another import holds the lock", words};
    return {ErrorCode::io, file.string() + ": the lock cannot be taken (" + words + ")", {}};
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& file, std::chrono::milliseconds wait)
    : file_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (file_ < 0) throw ErrorException(lock_error(file, errno));
    const auto give_up = std::chrono::steady_clock::now() + wait;
    while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
        const int number = errno;
        if (number == EINTR) continue;
        if (number != EWOULDBLOCK || std::chrono::steady_clock::now() > give_up) {
            ::close(file_);
            throw ErrorException(lock_error(file, number));
        }
        std::this_thread::sleep_for(kPoll);
    }
}

FileLock::~FileLock() {
    ::close(file_);
}

}  // namespace cedar::host::store
