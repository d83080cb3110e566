#include "host/loader/library_cache.hpp"

#include "host/core/json.hpp"
#include "host/loader/digest.hpp"
#include "host/ports/clock.hpp"

#include <system_error>
#include <utility>
#include <vector>

namespace cedar::host::loader {

namespace {

constexpr unsigned kReadOnly = 0444;
constexpr std::size_t kHashDigits = 64;

Error cache_error(const std::filesystem::path& file, std::string_view why) {
    return Error{ErrorCode::io, "no copy in the cache: " + to_utf8(file.native()) + ": " + std::string(why), {}};
}

}  // namespace

LibraryCache::LibraryCache(std::filesystem::path root, std::uint64_t max_bytes, const Clock& clock)
    : root_(std::move(root)), lock_(root_), max_bytes_(max_bytes), clock_(clock), hashes_(root_ / "hashes") {}

Result<CachedLibrary> LibraryCache::take_in(const std::filesystem::path& file) {
    CachedLibrary library;
    if (take_known(file, library)) return library;
    const HashedFile whole = read(file);
    if (!whole.bytes) return whole.bytes.error();
    library.sha256 = whole.sha256;
    library.found = inspect(whole.bytes->content);
    library.found.sha256 = library.sha256;
    hashes_.remember(file, whole.bytes->stamp, library.sha256, whole.read_at);
    if (!library.found.acceptable()) return library;
    library.copy = copy_of(file, library.sha256);
    if (auto made = make_copy(library.copy, whole.bytes->content, library.sha256); !made) {
        library.found.refusal = made.error().message;
        library.copy.clear();
    }
    return library;
}

void LibraryCache::expect(std::span<const std::filesystem::path> files) {
    std::vector<std::filesystem::path> unknown;
    for (const auto& file : files) {
        if (!is_known(file)) unknown.push_back(file);
    }
    ahead_.reset();
    if (unknown.size() > 1) ahead_ = std::make_unique<ReadAhead>(std::move(unknown), max_bytes_, clock_);
}

bool LibraryCache::is_known(const std::filesystem::path& file) {
    const auto stamp = stamp_of(file);
    return stamp && hashes_.find(file, *stamp);
}

// One that was written since it was read ahead is read again.
HashedFile LibraryCache::read(const std::filesystem::path& file) {
    if (ahead_) {
        auto ready = ahead_->take(file);
        const auto stamp = stamp_of(file);
        if (ready && ready->bytes && stamp && ready->bytes->stamp == *stamp) return std::move(*ready);
    }
    return read_and_hash(file, max_bytes_, clock_);
}

bool LibraryCache::is_unchanged(const std::filesystem::path& file, const std::string& sha256) {
    const auto stamp = stamp_of(file);
    return stamp && !sha256.empty() && hashes_.find(file, *stamp) == sha256;
}

bool LibraryCache::clean(const std::function<bool(const std::string& sha256)>& used) {
    return lock_.alone([&] {
        std::error_code failed;  // what cannot be read or removed is left for another time
        std::vector<std::filesystem::path> unused;
        for (std::filesystem::directory_iterator entry(root_, failed), end; !failed && entry != end;
             entry.increment(failed)) {
            const std::string name = entry->path().filename().native();
            if (name.size() == kHashDigits && !used(name)) unused.push_back(entry->path());
        }
        for (const auto& folder : unused) std::filesystem::remove_all(folder, failed);
    });
}

std::filesystem::path LibraryCache::copy_of(const std::filesystem::path& file, const std::string& sha256) const {
    return root_ / sha256 / file.filename();
}

bool LibraryCache::take_known(const std::filesystem::path& file, CachedLibrary& library) {
    const auto stamp = stamp_of(file);
    if (!stamp) return false;
    const auto sha256 = hashes_.find(file, *stamp);
    if (!sha256) return false;
    const auto copy = copy_of(file, *sha256);
    const auto copy_stamp = stamp_of(copy);
    if (!copy_stamp || hashes_.find(copy, *copy_stamp) != sha256) return false;
    const auto mapped = MappedFile::open(copy);
    if (!mapped) return false;
    Inspection found = inspect(mapped->content());
    if (!found.acceptable()) return false;
    found.sha256 = *sha256;
    library = CachedLibrary{*sha256, std::move(found), copy};
    return true;
}

Result<void> LibraryCache::make_copy(const std::filesystem::path& copy, std::span<const std::byte> content,
                                     const std::string& sha256) {
    std::error_code failed;
    const bool fresh = std::filesystem::create_directories(copy.parent_path(), failed);
    if (!fresh && is_good(copy, sha256)) return {};
    if (failed) return cache_error(copy.parent_path(), failed.message());
    if (auto written = write_file_whole(copy, content, kReadOnly); !written) {
        return cache_error(copy, written.error().message);
    }
    const auto stamp = stamp_of(copy);
    if (!stamp) return cache_error(copy, stamp.error().message);
    hashes_.remember_own(copy, *stamp, sha256);
    return {};
}

bool LibraryCache::is_good(const std::filesystem::path& copy, const std::string& sha256) {
    const auto bytes = read_regular_file(copy, max_bytes_);
    if (!bytes || sha256_hex(bytes->content) != sha256) return false;
    hashes_.remember_own(copy, bytes->stamp, sha256);
    return true;
}

}  // namespace cedar::host::loader
