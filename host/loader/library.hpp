#pragma once
#include "host/core/error.hpp"

#include <filesystem>
#include <memory>

struct cedar_host;
struct cedar_entry;

namespace cedar::host::loader {

// One loaded shared library, resident for the life of the process: `dlclose` is a promise that C++ libraries do
// not keep (unique symbols, thread-local destructors). The destructor calls `deinit` if `init` succeeded.
// Thread: one at a time; of several made of one copy, `init` and `deinit` wait for each other.
class Library {
public:
    // Loads `copy` (one that was inspected, and is the host's own) and checks its functions. Runs the
    // library's static constructors. Error invalid_argument: the loader's words, or a missing function.
    [[nodiscard]] static Result<Library> load(const std::filesystem::path& copy);

    Library(Library&&) noexcept;
    Library& operator=(Library&&) = delete;
    ~Library();

    // Calls `init`, once. `host` must outlive this. Error internal with the status and what the plugin logged
    // meanwhile through a LogTap on this thread.
    [[nodiscard]] Result<void> init(const cedar_host& host);

    [[nodiscard]] const cedar_entry& entry() const;  // valid for the life of the process

private:
    struct Impl;
    explicit Library(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host::loader
