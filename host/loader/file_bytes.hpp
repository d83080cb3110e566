#pragma once
#include "host/core/error.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace cedar::host::loader {

// What the file system says of a file; two equal stamps of one path mean the same content, but for
// writes within one tick of the file system's clock.
struct FileStamp {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t modified_ns = 0, changed_ns = 0;  // since the epoch

    [[nodiscard]] auto operator<=>(const FileStamp&) const = default;
};

struct FileBytes {
    std::vector<std::byte> content;
    FileStamp stamp;
};

// Follows symbolic links. Error not_found, invalid_argument (not a regular file), io; the message does not
// repeat the name. Thread: any. Blocking: asks the file system.
[[nodiscard]] Result<FileStamp> stamp_of(const std::filesystem::path& file);

// The whole of a regular file; a FIFO or device is never waited for. Errors as stamp_of, limit above
// `max_bytes`, unavailable when it grew or shrank meanwhile. Thread: any. Blocking: reads the file.
[[nodiscard]] Result<FileBytes> read_regular_file(const std::filesystem::path& file, std::uint64_t max_bytes);

// Asks the system to read the file soon: who reads it then waits less. Nothing comes of it where that cannot be.
// Thread: any.
void expect_to_read(const std::filesystem::path& file);

// Writes `content` to `file` by way of a temporary name beside it, so that a reader sees all or nothing.
// `mode` as for chmod. Error io. Thread: any. Blocking: writes the file; it is not forced to the disk.
[[nodiscard]] Result<void> write_file_whole(const std::filesystem::path& file, std::span<const std::byte> content,
                                            unsigned mode);

// A read-only mapping; only ever of the host's own copies, which nobody overwrites.
class MappedFile {
public:
    // Error as stamp_of.
    [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path& file);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&&) = delete;
    ~MappedFile();

    [[nodiscard]] std::span<const std::byte> content() const { return {data_, size_}; }

private:
    MappedFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}
    const std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace cedar::host::loader
