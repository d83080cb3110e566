#pragma once
#include "host/core/error.hpp"
#include "host/services/prompt_template.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace cedar::host {
class Log;
}

namespace cedar::host::services {

// The templates of a folder, each read when it is asked for and again when its file has changed. One that has been
// good stays in use when its file breaks or goes; the log says so once a change, and each use of it carries why.
// Thread: any.
class PromptFiles {
public:
    struct Found {
        std::shared_ptr<const PromptTemplate> prompt;
        std::string problem;  // why it is not the file as it is now; empty: it is
    };

    PromptFiles(std::filesystem::path folder, Log& log);

    // Error invalid_argument: a name that is none, or a broken template; not_found; io. Blocking: at most one small
    // file.
    [[nodiscard]] Result<Found> get(std::string_view component, std::string_view name);

private:
    struct Stamp {  // tells one state of a file from another
        std::int64_t modified_ns = 0, size = -1, inode = 0;
        bool operator==(const Stamp&) const = default;
    };
    struct Entry {
        Stamp stamp;
        Found found;
    };
    static Stamp stamp_of(const std::filesystem::path& file);
    [[nodiscard]] Result<std::shared_ptr<const PromptTemplate>> read(const std::string& id,
                                                                     const std::filesystem::path& file) const;
    void warn(const std::string& problem) const;

    std::filesystem::path folder_;
    Log& log_;
    std::mutex mutex_;
    std::map<std::string, Entry, std::less<>> entries_;  // of files that have been good: bounded by the folder
};

}  // namespace cedar::host::services
