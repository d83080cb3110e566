#include "host/loader/read_ahead.hpp"

#include "host/loader/digest.hpp"
#include "host/ports/clock.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace cedar::host::loader {

namespace {

constexpr std::size_t kAskedEarly = 32;  // files that the system is asked for before they are read

std::size_t size_of(const HashedFile& file) {
    return file.bytes ? file.bytes->content.size() : 0;
}

}  // namespace

HashedFile read_and_hash(const std::filesystem::path& file, std::uint64_t max_bytes, const Clock& clock) {
    const UtcTime read_at = clock.now().utc;
    HashedFile read{read_regular_file(file, max_bytes), {}, read_at};
    if (read.bytes) read.sha256 = sha256_hex(read.bytes->content);
    return read;
}

ReadAhead::ReadAhead(std::vector<std::filesystem::path> files, std::uint64_t max_bytes, const Clock& clock)
    : files_(std::move(files)), max_bytes_(max_bytes), clock_(clock) {
    try {
        thread_ = std::thread([this] { work(); });
    } catch (const std::system_error&) {
        stopped_ = true;
    }
}

ReadAhead::~ReadAhead() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void ReadAhead::work() {
    for (std::size_t i = 0; i < std::min(kAskedEarly, files_.size()); ++i) expect_to_read(files_[i]);
    for (std::size_t i = 0; i < files_.size(); ++i) {
        if (i + kAskedEarly < files_.size()) expect_to_read(files_[i + kAskedEarly]);
        HashedFile read = read_and_hash(files_[i], max_bytes_, clock_);
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stopped_ || ready_.empty() || held_ + size_of(read) <= kHeldBytes; });
        if (stopped_) return;
        held_ += size_of(read);
        ready_.push_back(std::move(read));
        if (ready_.size() == 1) changed_.notify_all();
    }
}

HashedFile ReadAhead::next() {
    std::unique_lock lock(mutex_);
    if (!thread_.joinable()) return read_and_hash(files_[taken_++], max_bytes_, clock_);
    changed_.wait(lock, [this] { return !ready_.empty(); });
    HashedFile read = std::move(ready_.front());
    ready_.pop_front();
    held_ -= size_of(read);
    ++taken_;
    changed_.notify_all();
    return read;
}

std::optional<HashedFile> ReadAhead::take(const std::filesystem::path& file) {
    const auto from = files_.begin() + static_cast<std::ptrdiff_t>(taken_);
    const auto found = std::find(from, files_.end(), file);
    if (found == files_.end()) return std::nullopt;
    while (files_[taken_] != file) static_cast<void>(next());
    return next();
}

}  // namespace cedar::host::loader
