#pragma once
#include "host/core/error.hpp"

#include <chrono>
#include <filesystem>

namespace cedar::host::os {

enum class Hold { alone, shared };

// Locks an open file against other processes and other openings of it, until it is closed or the process has ended;
// a lock that it has already is changed. Looks again every millisecond for at most `wait`; zero: once. Error
// unavailable: another holds it, all that time. io: the system refuses. Neither names the file. Blocking.
[[nodiscard]] Result<void> lock_file(int descriptor, Hold hold, std::chrono::milliseconds wait);

// A file that is open, and locked as above, as long as this lives. Thread: one at a time.
class LockedFile {
public:
    // Made, for its owner alone, when missing. Errors as lock_file(), naming the file. Blocking.
    [[nodiscard]] static Result<LockedFile> open(const std::filesystem::path& file, Hold hold,
                                                 std::chrono::milliseconds wait);
    LockedFile(LockedFile&& other) noexcept;
    LockedFile& operator=(LockedFile&&) = delete;
    ~LockedFile();
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    explicit LockedFile(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace cedar::host::os
