#pragma once
#include "host/core/now.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::store {

// The copies of imported files. A copy is written under a hidden name, and gets its own name once its row is
// committed; so what a kill leaves behind can be told from what is stored. Functions throw ErrorException (io).
// Thread: one at a time, under the lock of the project's imports.
class StoredFiles {
public:
    explicit StoredFiles(std::filesystem::path folder);  // made if absent

    // "<stamp>__<name>", or with a number between if that is taken.
    [[nodiscard]] std::string free_name(std::string_view name, UtcTime now) const;
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

    void write_pending(const std::string& name, std::string_view bytes) const;
    void publish_pending(const std::string& name) const;  // gives the copy its own name
    void discard_pending(const std::string& name) const noexcept;
    void remove(const std::string& name) const noexcept;  // a copy that was replaced; absent is fine
    [[nodiscard]] std::vector<std::string> pending() const;

private:
    [[nodiscard]] std::filesystem::path pending_path(const std::string& name) const;
    std::filesystem::path folder_;
};

}  // namespace cedar::host::store
