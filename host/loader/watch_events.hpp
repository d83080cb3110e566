#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace cedar::host::loader {

// What the kernel is asked for: a file that is whole (closed after writing, moved in), one that is gone, one whose
// rights have changed, and links, which are whole at once.
[[nodiscard]] std::uint32_t watched_events();

// What a buffer of inotify events comes to.
struct WatchNews {
    bool changed = false;     // a candidate came, went or changed
    bool overflowed = false;  // the kernel has dropped events: anything may have changed
    std::vector<int> lost;    // watches of folders that are gone
};

// `is_link(watch, name)`: whether a name that was just made is a link rather than a file that is being written.
// Any bytes may be given. Thread: any.
[[nodiscard]] WatchNews read_watch_events(std::span<const std::byte> buffer,
                                          const std::function<bool(int watch, std::string_view name)>& is_link);

}  // namespace cedar::host::loader
