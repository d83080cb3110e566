#pragma once
#include <cedar/abi.h>

#include <cstddef>
#include <mutex>
#include <string>

namespace cedar::host::worker {

// What a library is given while it is probed: it may log and say why it fails; there is no invocation. Never
// destroyed before the process ends, as threads of a library may come at any time. Thread: any.
class ProbeTable final : public cedar_host {
public:
    ProbeTable();

    // What the library gave to `fail`, or else what it logged, since the last take; at most 1 KiB.
    [[nodiscard]] std::string take_words();
    void note(std::string_view words, bool failure);

private:
    std::mutex mutex_;
    std::string failure_, logged_;
};

}  // namespace cedar::host::worker
