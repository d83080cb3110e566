#pragma once
#include "host/core/error.hpp"
#include "host/core/now.hpp"
#include "host/loader/file_bytes.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace cedar::host::loader {

// Remembers the SHA-256 of files by path and stamp, so that a warm start reads no library to hash it. Kept as
// a text file; a damaged, foreign or missing one is an empty cache, and only costs time.
// Bounded by what was asked for since it was loaded: save() drops the rest. Thread: one at a time.
class HashCache {
public:
    // Blocking: reads the file.
    explicit HashCache(std::filesystem::path file);

    // None when the path is unknown or its stamp another.
    [[nodiscard]] std::optional<std::string> find(const std::filesystem::path& path, const FileStamp& stamp);

    // `read_at`: before the content was read. A file written so shortly before that its stamp might not show a
    // second write is not remembered.
    void remember(const std::filesystem::path& path, const FileStamp& stamp, std::string sha256, UtcTime read_at);

    // For the host's own copies: nobody else writes them, so their stamp is good at once.
    void remember_own(const std::filesystem::path& path, const FileStamp& stamp, std::string sha256);

    // Writes it when it changed. Error io, naming the file. Blocking.
    [[nodiscard]] Result<void> save();

private:
    struct Entry {
        FileStamp stamp;
        std::string sha256;
        bool used = false;
    };
    void load();
    void put(const std::filesystem::path& path, const FileStamp& stamp, std::string sha256, bool used);

    std::filesystem::path file_;
    std::map<std::string, Entry, std::less<>> entries_;
    bool changed_ = false;
};

}  // namespace cedar::host::loader
