#include "host/loader/folder_watch.hpp"

#include "tests/support/recording_log.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>
#include <thread>

namespace cedar::host::loader {
namespace {

using namespace std::chrono_literals;

// A watch over a real folder, by events or by looking; what it told is counted.
class Watching : public testing::TestWithParam<bool> {
protected:
    static constexpr auto kLimit = 60s;

    void SetUp() override { std::filesystem::create_directories(plugins()); }
    void open() {
        FolderWatchOptions options;
        options.folders = {plugins()};
        options.inotify = GetParam();
        options.settle = 20ms;
        options.settle_max = 200ms;
        options.poll = 20ms;
        watch_ = std::make_unique<FolderWatch>(
            options, [this] { count(); }, log_);
        ASSERT_TRUE(told_beyond(0));  // the start itself
    }
    void count() {
        const std::lock_guard lock(mutex_);
        ++told_;
        changed_.notify_all();
    }
    [[nodiscard]] std::uint64_t told() {
        const std::lock_guard lock(mutex_);
        return told_;
    }
    [[nodiscard]] bool told_beyond(std::uint64_t before) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kLimit, [&] { return told_ > before; });
    }
    // Runs `act` and waits until the watch has told of it.
    template <class Act>
    void expect_news(Act act, const char* of) {
        const auto before = told();
        act();
        EXPECT_TRUE(told_beyond(before)) << of;
    }

    [[nodiscard]] std::filesystem::path plugins() const { return folder_ / "plugins"; }

    TempFolder folder_;
    RecordingLog log_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t told_ = 0;
    std::unique_ptr<FolderWatch> watch_;
};

TEST_P(Watching, SeesAFileComeChangeMoveAndGo) {
    open();
    expect_news([&] { folder_.write("plugins/a.so", "one"); }, "a new file");
    expect_news([&] { folder_.write("plugins/a.so", "two, longer"); }, "other content");
    folder_.write("b.part", "three");
    expect_news([&] { std::filesystem::rename(folder_ / "b.part", plugins() / "b.so"); }, "moved in");
    expect_news([&] { std::filesystem::rename(plugins() / "b.so", folder_ / "b.part"); }, "moved out");
    expect_news([&] { std::filesystem::remove(plugins() / "a.so"); }, "deleted");
}

TEST_P(Watching, SeesLinksAndRights) {
    const auto target = folder_.write("target", "x");
    open();
    expect_news([&] { std::filesystem::create_symlink(target, plugins() / "s.so"); }, "a symbolic link");
    expect_news([&] { std::filesystem::create_hard_link(target, plugins() / "h.so"); }, "a hard link");
    expect_news([&] { std::filesystem::permissions(plugins() / "h.so", std::filesystem::perms::owner_read); },
                "rights");
}

TEST_P(Watching, SeesAFolderGoAndComeBack) {
    open();
    expect_news([&] { std::filesystem::remove_all(plugins()); }, "the folder is gone");
    const auto before = told();
    std::filesystem::create_directories(plugins());
    folder_.write("plugins/a.so", "one");
    EXPECT_TRUE(told_beyond(before));
    expect_news([&] { folder_.write("plugins/b.so", "two"); }, "a file in the new folder");
}

TEST_P(Watching, WaitsForAFolderThatIsNotThereYet) {
    std::filesystem::remove(plugins());
    open();
    expect_news([&] { folder_.write("plugins/a.so", "one"); }, "its first file");
}

TEST_P(Watching, StopsAndTellsNothingMore) {
    open();
    EXPECT_TRUE(watch_->stop(kLimit));
    const auto before = told();
    folder_.write("plugins/a.so", "one");
    watch_.reset();
    EXPECT_EQ(told(), before);
}

INSTANTIATE_TEST_SUITE_P(How, Watching, testing::Bool(),
                         [](const auto& how) { return how.param ? "ByEvents" : "ByLooking"; });

using WatchingEvents = Watching;

TEST_P(WatchingEvents, TellsOfAFileOnlyWhenItIsWhole) {
    open();
    const auto before = told();
    std::ofstream out(plugins() / "a.so", std::ios::binary);
    out << "half";
    out.flush();
    folder_.write("plugins/notes.txt", "passed over");
    folder_.write("plugins/.a.so", "passed over");
    EXPECT_EQ(told(), before);  // nothing has been asked for that could be told late
    out << "whole";
    out.close();
    EXPECT_TRUE(told_beyond(before));
    EXPECT_EQ(watch_->report().watched, 1U);
}

TEST_P(WatchingEvents, LooksAtFilesBesides) {
    FolderWatchOptions options;
    options.folders = {plugins()};
    options.files = {folder_ / "plugins.json"};
    options.poll = 20ms;
    FolderWatch watch(
        options, [this] { count(); }, log_);
    ASSERT_TRUE(told_beyond(0));
    expect_news([&] { folder_.write("plugins.json", "{}"); }, "a file that comes");
    expect_news([&] { folder_.write("plugins.json", "{ }"); }, "a file that changes");
    expect_news([&] { std::filesystem::remove(folder_ / "plugins.json"); }, "a file that goes");
    EXPECT_TRUE(watch.stop(kLimit));
}

// The listener is held while the kernel's queue runs over; afterwards it is told all the same.
TEST_P(WatchingEvents, LooksAgainWhenTheQueueRunsOver) {
    std::mutex gate;
    std::atomic<bool> inside{false};
    FolderWatchOptions options;
    options.folders = {plugins()};
    options.settle = 0ms;
    std::unique_lock held(gate);
    FolderWatch watch(
        options,
        [&] {
            inside = true;
            const std::lock_guard wait(gate);
            count();
        },
        log_);
    while (!inside) std::this_thread::yield();
    std::size_t bound = 0;
    std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> bound;
    if (bound == 0 || bound > 100000) GTEST_SKIP() << "the queue is too long to be filled: " << bound;
    const auto one = plugins() / "a.so", other = plugins() / "b.so";
    folder_.write("plugins/a.so", "x");
    for (std::size_t i = 0; i <= bound / 4 + 1; ++i) {  // two events each; equal ones in a row would be merged
        std::filesystem::rename(one, other);
        std::filesystem::rename(other, one);
    }
    held.unlock();
    EXPECT_TRUE(told_beyond(1));
    EXPECT_TRUE(watch.stop(kLimit));
    EXPECT_GE(watch.report().overflows, 1U);
}

INSTANTIATE_TEST_SUITE_P(How, WatchingEvents, testing::Values(true));

}  // namespace
}  // namespace cedar::host::loader
