#include "host/loader/watch_events.hpp"

#include <gtest/gtest.h>
#include <sys/inotify.h>

#include <cstring>
#include <string>

namespace cedar::host::loader {
namespace {

// Events as the kernel writes them: the name padded with zeros.
class Events {
public:
    Events& add(std::uint32_t mask, std::string_view name = {}, int watch = 1) {
        inotify_event event{};
        event.wd = watch;
        event.mask = mask;
        event.len = name.empty() ? 0U : static_cast<std::uint32_t>((name.size() / 16 + 1) * 16);
        const auto at = bytes_.size();
        bytes_.resize(at + sizeof event + event.len);
        std::memcpy(bytes_.data() + at, &event, sizeof event);
        if (!name.empty()) std::memcpy(bytes_.data() + at + sizeof event, name.data(), name.size());
        return *this;
    }
    [[nodiscard]] WatchNews read(bool links = false) const {
        return read_watch_events(bytes_, [links](int, std::string_view) { return links; });
    }
    std::vector<std::byte> bytes_;
};

TEST(WatchEvents, SeeAFileThatIsWholeOrGone) {
    for (const int mask : {IN_CLOSE_WRITE, IN_MOVED_TO, IN_DELETE, IN_MOVED_FROM, IN_ATTRIB}) {
        EXPECT_TRUE(Events().add(static_cast<std::uint32_t>(mask), "a.so").read().changed) << mask;
    }
}

TEST(WatchEvents, PassOverAFileThatIsBeingMade) {
    EXPECT_FALSE(Events().add(IN_CREATE, "a.so").read().changed);
    EXPECT_FALSE(Events().add(IN_MODIFY, "a.so").read().changed);
}

TEST(WatchEvents, SeeALinkAtOnce) {
    EXPECT_TRUE(Events().add(IN_CREATE, "a.so").read(true).changed);
}

TEST(WatchEvents, PassOverTemporaryAndOtherNames) {
    for (const char* name : {".a.so", "~a.so", "#a.so", "a.so.tmp", "a.so~", "a.txt", ".so"}) {
        EXPECT_FALSE(Events().add(IN_CLOSE_WRITE, name).read().changed) << name;
    }
}

TEST(WatchEvents, FindTheOneThatCountsAmongOthers) {
    Events events;
    events.add(IN_CREATE, "x.part")
        .add(IN_CLOSE_WRITE, "x.part")
        .add(IN_MOVED_FROM, "x.part")
        .add(IN_MOVED_TO, "x.so");
    EXPECT_TRUE(events.read().changed);
}

TEST(WatchEvents, SayThatTheQueueOverflowed) {
    const WatchNews news = Events().add(IN_Q_OVERFLOW, {}, -1).read();
    EXPECT_TRUE(news.overflowed);
    EXPECT_TRUE(news.changed);
}

TEST(WatchEvents, NameTheFolderThatIsGone) {
    const WatchNews news = Events().add(IN_DELETE_SELF, {}, 7).add(IN_CLOSE_WRITE, "b.txt", 8).read();
    EXPECT_TRUE(news.changed);
    EXPECT_EQ(news.lost, std::vector<int>{7});
    EXPECT_EQ(Events().add(IN_UNMOUNT, {}, 3).read().lost, std::vector<int>{3});
}

TEST(WatchEvents, StopAtWhatIsCutOff) {
    Events events;
    events.add(IN_CLOSE_WRITE, "a.so");
    for (std::size_t size = 0; size < events.bytes_.size(); ++size) {
        const auto part = std::span(events.bytes_).first(size);
        EXPECT_FALSE(read_watch_events(part, [](int, std::string_view) { return true; }).changed) << size;
    }
}

}  // namespace
}  // namespace cedar::host::loader
