#include "host/loader/watch_events.hpp"

#include "host/loader/folder.hpp"

#include <sys/inotify.h>

#include <cstring>
#include <string_view>

namespace cedar::host::loader {

namespace {

constexpr std::uint32_t kWhole = IN_CLOSE_WRITE | IN_MOVED_TO | IN_ATTRIB;
constexpr std::uint32_t kGone = IN_DELETE | IN_MOVED_FROM;
constexpr std::uint32_t kFolderGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;

}  // namespace

std::uint32_t watched_events() {
    return kWhole | kGone | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
}

WatchNews read_watch_events(std::span<const std::byte> buffer,
                            const std::function<bool(int watch, std::string_view name)>& is_link) {
    WatchNews news;
    while (buffer.size() >= sizeof(inotify_event)) {
        inotify_event event{};
        std::memcpy(&event, buffer.data(), sizeof event);
        buffer = buffer.subspan(sizeof event);
        if (event.len > buffer.size()) break;
        std::string_view name(reinterpret_cast<const char*>(buffer.data()), event.len);
        name = name.substr(0, name.find('\0'));
        buffer = buffer.subspan(event.len);
        if ((event.mask & IN_Q_OVERFLOW) != 0) news.overflowed = news.changed = true;
        if ((event.mask & kFolderGone) != 0) {
            news.changed = true;
            news.lost.push_back(event.wd);
        }
        if (!is_candidate(name)) continue;
        if ((event.mask & (kWhole | kGone)) != 0) news.changed = true;
        if ((event.mask & IN_CREATE) != 0 && is_link(event.wd, name)) news.changed = true;
    }
    return news;
}

}  // namespace cedar::host::loader
