#pragma once
#include "host/core/now.hpp"
#include "host/loader/file_bytes.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cedar::host {
class Clock;
}

namespace cedar::host::loader {

// A file as it was read, and the hash of its content.
struct HashedFile {
    Result<FileBytes> bytes;
    std::string sha256;  // empty when it could not be read
    UtcTime read_at;     // before that
};

// Blocking: reads the file. Thread: any.
[[nodiscard]] HashedFile read_and_hash(const std::filesystem::path& file, std::uint64_t max_bytes,
                                       const Clock& clock);

// Reads and hashes files on a thread of its own, in their order, while their user is busy with those before. It
// waits when it holds kHeldBytes that were not asked for. Thread: the user's, one.
class ReadAhead {
public:
    static constexpr std::size_t kHeldBytes = std::size_t{32} << 20;

    // `clock` must outlive it.
    ReadAhead(std::vector<std::filesystem::path> files, std::uint64_t max_bytes, const Clock& clock);
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    // Waits until `file` has been read; files before it that were not asked for are passed over. None: it is not
    // among those to come.
    [[nodiscard]] std::optional<HashedFile> take(const std::filesystem::path& file);

private:
    void work();
    [[nodiscard]] HashedFile next();

    const std::vector<std::filesystem::path> files_;
    const std::uint64_t max_bytes_;
    const Clock& clock_;
    std::size_t taken_ = 0;  // of files_, from the first

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<HashedFile> ready_;
    std::size_t held_ = 0;  // bytes of what is ready
    bool stopped_ = false;
    std::thread thread_;  // none where the system gives no more: then files are read when they are asked for
};

}  // namespace cedar::host::loader
