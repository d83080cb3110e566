#include "host/loader/file_bytes.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace cedar::host::loader {

namespace {

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

Error system_error(std::string what, int number) {
    const ErrorCode code = number == ENOENT ? ErrorCode::not_found : ErrorCode::io;
    return Error{code, std::move(what) + ": " + std::generic_category().message(number), {}};
}

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Result<FileStamp> stamp_from(const struct stat& status) {
    if (S_ISDIR(status.st_mode)) {
        return Error{ErrorCode::invalid_argument, "not a regular file: it is a folder", {}};
    }
    if (!S_ISREG(status.st_mode)) return Error{ErrorCode::invalid_argument, "not a regular file", {}};
    return FileStamp{status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
                     nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

Result<FileStamp> stamp_of(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) return system_error("cannot be read", errno);
    return stamp_from(status);
}

Result<Descriptor> open_to_read(const std::filesystem::path& file) {
    // Without O_NONBLOCK a FIFO named like a library would stop the start.
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return system_error("cannot be read", errno);
    return Descriptor(fd);
}

// Up to `bytes.size()` bytes; fewer when the file ends before. Error io.
Result<std::size_t> read_fully(int fd, std::span<std::byte> bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::read(fd, bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return system_error("cannot be read", errno);
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

Result<void> write_fully(int fd, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return system_error("cannot be written", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

std::filesystem::path temporary_beside(const std::filesystem::path& file) {
    static std::atomic<unsigned> counter{0};
    return file.parent_path() / ("." + file.filename().native() + "." + std::to_string(::getpid()) + "." +
                                 std::to_string(counter.fetch_add(1)) + ".tmp");
}

Result<void> write_new(const std::filesystem::path& file, std::span<const std::byte> content, unsigned mode) {
    const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (out.get() < 0) return system_error("cannot be written", errno);
    if (auto written = write_fully(out.get(), content); !written) return written.error();
    if (::fchmod(out.get(), mode) != 0) return system_error("cannot be written", errno);
    return {};
}

}  // namespace

Result<FileStamp> stamp_of(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return system_error("cannot be read", errno);
    return stamp_from(status);
}

Result<FileBytes> read_regular_file(const std::filesystem::path& file, std::uint64_t max_bytes) {
    auto in = open_to_read(file);
    if (!in) return in.error();
    const auto before = stamp_of(in->get());
    if (!before) return before.error();
    if (before->size > max_bytes) {
        return Error{ErrorCode::limit,
                     "too large: expected at most " + std::to_string(max_bytes) + " bytes, got " +
                         std::to_string(before->size),
                     {}};
    }
    FileBytes read{std::vector<std::byte>(before->size), *before};
    const auto count = read_fully(in->get(), read.content);
    if (!count) return count.error();
    const auto after = stamp_of(in->get());
    if (!after) return after.error();
    if (*count != before->size || *after != *before) {
        return Error{ErrorCode::unavailable, "changed while it was read", {}};
    }
    return read;
}

void expect_to_read(const std::filesystem::path& file) {
    const auto in = open_to_read(file);
    if (in) ::posix_fadvise(in->get(), 0, 0, POSIX_FADV_WILLNEED);
}

Result<void> write_file_whole(const std::filesystem::path& file, std::span<const std::byte> content,
                              unsigned mode) {
    const std::filesystem::path temporary = temporary_beside(file);
    auto written = write_new(temporary, content, mode);
    if (written && ::rename(temporary.c_str(), file.c_str()) != 0) {
        written = system_error("cannot be written", errno);
    }
    if (!written) ::unlink(temporary.c_str());
    return written;
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& file) {
    auto in = open_to_read(file);
    if (!in) return in.error();
    const auto stamp = stamp_of(in->get());
    if (!stamp) return stamp.error();
    if (stamp->size == 0) return MappedFile(nullptr, 0);
    void* data = ::mmap(nullptr, stamp->size, PROT_READ, MAP_PRIVATE, in->get(), 0);
    if (data == MAP_FAILED) return system_error("cannot be mapped", errno);
    return MappedFile(static_cast<const std::byte*>(data), stamp->size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace cedar::host::loader
