#include "host/loader/hash_cache.hpp"

#include "host/core/json.hpp"
#include "host/loader/byte_view.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>
#include <string_view>
#include <utility>

namespace cedar::host::loader {

namespace {

constexpr std::string_view kFirstLine = "cedar plugin hashes 1";
constexpr std::uint64_t kMaxBytes = 64 * 1024 * 1024;

// Two writes within one tick of the kernel's coarse clock leave the same times; file systems without
// nanoseconds tick every second or two.
constexpr std::chrono::nanoseconds kFineTick = std::chrono::milliseconds(20);
constexpr std::chrono::nanoseconds kCoarseTick = std::chrono::seconds(2);

bool may_change_unseen(const FileStamp& stamp, UtcTime read_at) {
    const bool coarse = stamp.modified_ns % 1'000'000'000 == 0;
    const auto read_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(read_at.time_since_epoch());
    const auto age = read_ns - std::chrono::nanoseconds(std::max(stamp.modified_ns, stamp.changed_ns));
    return age <= (coarse ? kCoarseTick : kFineTick);
}

bool is_sha256(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

HashCache::HashCache(std::filesystem::path file) : file_(std::move(file)) {
    load();
}

// A line: hash, device, inode, size, modified, changed, then the path to the end of the line.
void HashCache::load() {
    const auto bytes = read_regular_file(file_, kMaxBytes);
    if (!bytes) return;
    const ByteView view{std::span(bytes->content)};
    std::istringstream lines{std::string(view.chars())};
    std::string line;
    if (!std::getline(lines, line) || line != kFirstLine) return;
    while (std::getline(lines, line)) {
        std::istringstream fields(line);
        FileStamp stamp;
        std::string sha256, path;
        fields >> sha256 >> stamp.device >> stamp.inode >> stamp.size >> stamp.modified_ns >> stamp.changed_ns;
        if (fields.get() != ' ' || !std::getline(fields, path) || !is_sha256(sha256)) continue;
        put(path, stamp, std::move(sha256), false);
    }
    changed_ = false;
}

void HashCache::put(const std::filesystem::path& path, const FileStamp& stamp, std::string sha256, bool used) {
    entries_.insert_or_assign(path.native(), Entry{stamp, std::move(sha256), used});
    changed_ = true;
}

std::optional<std::string> HashCache::find(const std::filesystem::path& path, const FileStamp& stamp) {
    const auto found = entries_.find(path.native());
    if (found == entries_.end() || found->second.stamp != stamp) return std::nullopt;
    found->second.used = true;
    return found->second.sha256;
}

void HashCache::remember(const std::filesystem::path& path, const FileStamp& stamp, std::string sha256,
                         UtcTime read_at) {
    if (!may_change_unseen(stamp, read_at)) remember_own(path, stamp, std::move(sha256));
}

void HashCache::remember_own(const std::filesystem::path& path, const FileStamp& stamp, std::string sha256) {
    // A name with a line break would break the format, and is rare enough to be hashed each time.
    if (path.native().find('\n') != std::string::npos) return;
    put(path, stamp, std::move(sha256), true);
}

Result<void> HashCache::save() {
    changed_ |= std::erase_if(entries_, [](const auto& item) { return !item.second.used; }) > 0;
    if (!changed_) return {};
    std::string text(kFirstLine);
    text += '\n';
    for (const auto& [path, entry] : entries_) {
        const FileStamp& stamp = entry.stamp;
        text += entry.sha256;
        for (const std::uint64_t number : {stamp.device, stamp.inode, stamp.size}) {
            text += ' ' + std::to_string(number);
        }
        for (const std::int64_t time : {stamp.modified_ns, stamp.changed_ns}) text += ' ' + std::to_string(time);
        text += ' ' + path + '\n';
    }
    auto written = write_file_whole(file_, std::as_bytes(std::span(text)), 0644);
    if (!written) {
        return Error{written.error().code, to_utf8(file_.native()) + ": " + written.error().message, {}};
    }
    changed_ = false;
    return {};
}

}  // namespace cedar::host::loader
