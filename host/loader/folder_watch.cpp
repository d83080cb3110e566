#include "host/loader/folder_watch.hpp"

#include "host/core/json.hpp"
#include "host/core/now.hpp"
#include "host/loader/file_bytes.hpp"
#include "host/loader/folder.hpp"
#include "host/loader/settle_timer.hpp"
#include "host/loader/watch_events.hpp"
#include "host/ports/log.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace cedar::host::loader {

namespace {

constexpr std::size_t kEventBytes = 64 * 1024;
constexpr int kNoWatch = -1;

// What a polled folder looked like: names and stamps, or that it cannot be read.
using Look = std::optional<std::map<std::filesystem::path, std::optional<FileStamp>>>;

Look look_at(const std::filesystem::path& folder, std::size_t max_files) {
    const auto listing = list_candidates(folder, max_files);
    if (!listing) return std::nullopt;
    Look look(std::in_place);
    for (const auto& file : listing->files) {
        const auto stamp = stamp_of(file);
        look->emplace(file, stamp ? std::optional(*stamp) : std::nullopt);
    }
    return look;
}

}  // namespace

struct FolderWatch::Impl {
    struct Folder {
        std::filesystem::path path;
        int watch = kNoWatch;
        Look seen;
    };

    Impl(FolderWatchOptions given, std::function<void()> listener, Log& to, std::function<void()> nudge)
        : options(std::move(given)),
          on_change(std::move(listener)),
          on_nudge(std::move(nudge)),
          log(to),
          wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
          events(options.inotify ? ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : kNoWatch),
          timer(options.settle, options.settle_max) {
        if (wake < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
        if (options.inotify && events < 0)
            note("folders are polled: inotify: " + std::generic_category().message(errno));
        for (auto& folder : options.folders) folders.push_back({folder, kNoWatch, {}});
        seen_files.resize(options.files.size());
    }
    ~Impl() {
        if (events >= 0) ::close(events);
        ::close(wake);
    }

    void note(std::string message) const {
        LogRecord line;
        line.level = LogLevel::warn;
        line.stage = "loader";
        line.message = std::move(message);
        log.write(line);
    }

    void rouse() const {
        ::eventfd_write(wake, 1);  // it cannot be full
    }
    void run();
    void look_again(SteadyTime now);
    void look_at_files(SteadyTime now, bool first);
    void watch_folder(Folder& folder, SteadyTime now);
    void take_events(SteadyTime now);
    void take_lost(const std::vector<int>& lost);
    void wait() const;
    void count_folders();

    const FolderWatchOptions options;
    const std::function<void()> on_change, on_nudge;
    Log& log;
    const int wake, events;

    SettleTimer timer;  // the thread's own, with what follows
    std::vector<Folder> folders;
    std::vector<std::optional<FileStamp>> seen_files;
    SteadyTime next_look{};
    std::vector<std::byte> buffer{kEventBytes};

    std::atomic<bool> stopping{false}, nudged{false};
    std::atomic<std::size_t> watched{0}, polled{0};
    std::atomic<std::uint64_t> told{0}, overflows{0};
    std::mutex mutex;
    std::condition_variable changed;
    bool ended = false;
    std::thread thread;
};

void FolderWatch::Impl::run() {
    timer.note(SteadyTime{});  // long ago: the first is told at once
    while (!stopping) {
        if (nudged.exchange(false) && on_nudge) on_nudge();
        const SteadyTime now = std::chrono::steady_clock::now();
        if (now >= next_look) look_again(now);
        if (timer.take(now)) {
            on_change();
            ++told;
            continue;
        }
        wait();
        take_events(std::chrono::steady_clock::now());
    }
    const std::lock_guard lock(mutex);
    ended = true;
    changed.notify_all();
}

// Tries to watch what is not watched, and looks itself meanwhile.
void FolderWatch::Impl::look_again(SteadyTime now) {
    const bool first = next_look == SteadyTime{};
    next_look = now + options.poll;
    for (Folder& folder : folders) {
        if (folder.watch != kNoWatch) continue;
        watch_folder(folder, now);
        if (folder.watch != kNoWatch) continue;
        Look look = look_at(folder.path, options.max_files);
        if (!first && look != folder.seen) timer.note(now);
        folder.seen = std::move(look);
    }
    look_at_files(now, first);
    count_folders();
}

void FolderWatch::Impl::look_at_files(SteadyTime now, bool first) {
    for (std::size_t i = 0; i < seen_files.size(); ++i) {
        const auto stamp = stamp_of(options.files[i]);
        const auto seen = stamp ? std::optional(*stamp) : std::nullopt;
        if (!first && seen != seen_files[i]) timer.note(now);
        seen_files[i] = seen;
    }
}

void FolderWatch::Impl::watch_folder(Folder& folder, SteadyTime now) {
    if (events < 0) return;
    const int watch = ::inotify_add_watch(events, folder.path.c_str(), watched_events());
    if (watch < 0) return;
    folder.watch = watch;  // two names of one folder share it
    folder.seen.reset();
    timer.note(now);
}

void FolderWatch::Impl::take_events(SteadyTime now) {
    if (events < 0) return;
    for (;;) {
        const ssize_t got = ::read(events, buffer.data(), buffer.size());
        if (got <= 0) return;
        const auto is_link = [this](int watch, std::string_view name) {
            for (const Folder& folder : folders) {
                if (folder.watch != watch) continue;
                std::error_code ignored;  // gone again: its end is an event of its own
                const auto path = folder.path / name;
                return std::filesystem::is_symlink(path, ignored) ||
                       std::filesystem::hard_link_count(path, ignored) > 1;
            }
            return false;
        };
        const WatchNews news = read_watch_events({buffer.data(), static_cast<std::size_t>(got)}, is_link);
        if (news.changed) timer.note(now);
        if (news.overflowed) ++overflows;
        take_lost(news.lost);
    }
}

void FolderWatch::Impl::take_lost(const std::vector<int>& lost) {
    for (Folder& folder : folders) {
        if (std::find(lost.begin(), lost.end(), folder.watch) == lost.end()) continue;
        static_cast<void>(::inotify_rm_watch(events, folder.watch));  // a folder that was moved is watched still
        folder.watch = kNoWatch;
        next_look = std::chrono::steady_clock::now();
    }
    count_folders();
}

// Until something happens, a change is due, or what is not watched is to be looked at.
void FolderWatch::Impl::wait() const {
    std::optional<SteadyTime> until = timer.due();
    if ((polled > 0 || !seen_files.empty()) && (!until || next_look < *until)) until = next_look;
    int limit = -1;
    if (until) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now());
        limit = left.count() > 0 ? static_cast<int>(left.count()) : 0;
    }
    std::array<pollfd, 2> sources{pollfd{wake, POLLIN, 0},
                                  pollfd{events, POLLIN, 0}};  // a negative one is passed over
    static_cast<void>(::poll(sources.data(), sources.size(), limit));
    eventfd_t roused = 0;
    ::eventfd_read(wake, &roused);
}

void FolderWatch::Impl::count_folders() {
    std::size_t count = 0;
    for (const Folder& folder : folders) count += folder.watch != kNoWatch ? 1U : 0U;
    watched = count;
    polled = folders.size() - count;
}

FolderWatch::FolderWatch(FolderWatchOptions options, std::function<void()> on_change, Log& log,
                         std::function<void()> on_nudge)
    : impl_(std::make_shared<Impl>(std::move(options), std::move(on_change), log, std::move(on_nudge))) {
    impl_->thread = std::thread([impl = impl_] { impl->run(); });
}

FolderWatch::~FolderWatch() {
    if (!impl_->thread.joinable()) return;
    static_cast<void>(stop(std::chrono::milliseconds(0)));
    if (impl_->thread.joinable()) impl_->thread.join();
}

void FolderWatch::nudge() {
    impl_->nudged = true;
    impl_->rouse();
}

bool FolderWatch::stop(std::chrono::milliseconds grace) {
    impl_->stopping = true;
    impl_->rouse();
    std::unique_lock lock(impl_->mutex);
    if (!impl_->changed.wait_for(lock, grace, [this] { return impl_->ended; })) return false;
    lock.unlock();
    if (impl_->thread.joinable()) impl_->thread.join();
    return true;
}

FolderWatch::Report FolderWatch::report() const {
    return {impl_->watched, impl_->polled, impl_->told, impl_->overflows};
}

}  // namespace cedar::host::loader
