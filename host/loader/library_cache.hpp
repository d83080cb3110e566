#pragma once
#include "host/core/error.hpp"
#include "host/loader/cache_lock.hpp"
#include "host/loader/hash_cache.hpp"
#include "host/loader/inspection.hpp"
#include "host/loader/read_ahead.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace cedar::host {
class Clock;
}

namespace cedar::host::loader {

// A file of a plugin folder, judged, with the host's own copy of it.
struct CachedLibrary {
    std::string sha256;
    Inspection found;
    std::filesystem::path copy;  // to be loaded; empty when the inspection refuses it
};

// The host's own, content-addressed copies: "<root>/<sha256>/<name>", read-only, never overwritten. The user's file
// is read, but never mapped: overwriting a mapped library kills the process, and a path that was loaded once
// gives its old code ever after.
// Thread: one at a time. Blocking: all of it works on files.
class LibraryCache {
public:
    // `clock` must outlive it.
    LibraryCache(std::filesystem::path root, std::uint64_t max_bytes, const Clock& clock);

    // Judges `file` (absolute) and makes the copy if it passes. A file whose stamp and copy are known is not read
    // again: the copy is inspected. A copy that is not what it was is replaced; one that cannot be written
    // is a refusal. Error as read_regular_file; the message does not repeat the name.
    [[nodiscard]] Result<CachedLibrary> take_in(const std::filesystem::path& file);

    // Begins to read those of `files` that are not known, in this order, on another thread: take_in() of each, in
    // the same order, then waits less. Ends what an earlier call began.
    void expect(std::span<const std::filesystem::path> files);

    // Whether `file` surely has this content still, without reading it.
    [[nodiscard]] bool is_unchanged(const std::filesystem::path& file, const std::string& sha256);

    // Deletes the copies of all contents but those that `used` says. False: another host uses the cache, and
    // nothing was deleted.
    [[nodiscard]] bool clean(const std::function<bool(const std::string& sha256)>& used);

    // Keeps what is known for the next start. Error io.
    [[nodiscard]] Result<void> save() { return hashes_.save(); }

private:
    [[nodiscard]] std::filesystem::path copy_of(const std::filesystem::path& file, const std::string& sha256) const;
    [[nodiscard]] bool is_known(const std::filesystem::path& file);
    [[nodiscard]] HashedFile read(const std::filesystem::path& file);
    [[nodiscard]] bool take_known(const std::filesystem::path& file, CachedLibrary& library);
    [[nodiscard]] Result<void> make_copy(const std::filesystem::path& copy, std::span<const std::byte> content,
                                         const std::string& sha256);
    [[nodiscard]] bool is_good(const std::filesystem::path& copy, const std::string& sha256);

    std::filesystem::path root_;
    CacheLock lock_;
    std::uint64_t max_bytes_;
    const Clock& clock_;
    HashCache hashes_;
    std::unique_ptr<ReadAhead> ahead_;
};

}  // namespace cedar::host::loader
