#include "host/worker/worker_loop.hpp"

#include "host/core/check.hpp"
#include "host/worker/brief_poll.hpp"
#include "host/worker/descriptor.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

#include <array>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

namespace cedar::host::worker {
namespace {

constexpr int kEventsAtOnce = 64;
constexpr std::uint64_t kStop = 0;  // no descriptor's number and stamp

}  // namespace

struct WorkerLoop::Impl {
    // A descriptor's number comes back when another one is opened: the stamp tells the two apart.
    struct Entry {
        std::uint32_t stamp = 0;
        std::shared_ptr<Watched> watched;
    };

    void run();
    void tell(const epoll_event& event);
    bool control(int operation, int descriptor, std::uint32_t events, std::uint32_t stamp);

    const Descriptor epoll{::epoll_create1(EPOLL_CLOEXEC)};
    const Descriptor stop{::eventfd(0, EFD_CLOEXEC)};
    std::mutex mutex;
    std::unordered_map<int, Entry> entries;
    std::uint32_t last_stamp = 0;
    std::thread thread;
};

bool WorkerLoop::Impl::control(int operation, int descriptor, std::uint32_t events, std::uint32_t stamp) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = (std::uint64_t{stamp} << 32) | static_cast<std::uint32_t>(descriptor);
    return ::epoll_ctl(epoll.get(), operation, descriptor, &event) == 0;
}

void WorkerLoop::Impl::run() {
    ::prctl(PR_SET_NAME, "cedar-workers", 0, 0, 0);
    std::array<epoll_event, kEventsAtOnce> events{};
    const auto look = [&](int limit) { return ::epoll_wait(epoll.get(), events.data(), kEventsAtOnce, limit); };
    BriefPoll poll;
    for (;;) {
        const int count = poll.wait([&] { return look(0); }, [&] { return look(-1); });
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.u64 == kStop) return;
            tell(event);
        }
    }
}

void WorkerLoop::Impl::tell(const epoll_event& event) {
    const int descriptor = static_cast<int>(event.data.u64 & 0xffffffffU);
    std::shared_ptr<Watched> watched;
    {
        const std::lock_guard lock(mutex);
        const auto found = entries.find(descriptor);
        if (found == entries.end() || found->second.stamp != event.data.u64 >> 32) return;
        watched = found->second.watched;
    }
    watched->on_ready(descriptor, (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0,
                      (event.events & EPOLLOUT) != 0);
}

WorkerLoop::WorkerLoop() : impl_(std::make_unique<Impl>()) {
    CEDAR_CHECK(impl_->epoll && impl_->stop);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kStop;
    const bool added = ::epoll_ctl(impl_->epoll.get(), EPOLL_CTL_ADD, impl_->stop.get(), &event) == 0;
    CEDAR_CHECK(added);
    impl_->thread = std::thread([this] { impl_->run(); });
}

WorkerLoop::~WorkerLoop() {
    stop();
}

void WorkerLoop::stop() {
    if (!impl_->thread.joinable()) return;
    static_cast<void>(::eventfd_write(impl_->stop.get(), 1));
    impl_->thread.join();
}

bool WorkerLoop::watch(int descriptor, std::shared_ptr<Watched> watched) {
    const std::lock_guard lock(impl_->mutex);
    const std::uint32_t stamp = ++impl_->last_stamp;
    if (!impl_->control(EPOLL_CTL_ADD, descriptor, EPOLLIN, stamp)) return false;
    impl_->entries[descriptor] = {stamp, std::move(watched)};
    return true;
}

void WorkerLoop::want_write(int descriptor, bool wanted) {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->entries.find(descriptor);
    if (found == impl_->entries.end()) return;
    const std::uint32_t events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN;
    static_cast<void>(impl_->control(EPOLL_CTL_MOD, descriptor, events, found->second.stamp));
}

void WorkerLoop::forget(int descriptor) {
    std::shared_ptr<Watched> dropped;  // destroyed outside the lock
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->entries.find(descriptor);
    if (found == impl_->entries.end()) return;
    dropped = std::move(found->second.watched);
    impl_->entries.erase(found);
    static_cast<void>(impl_->control(EPOLL_CTL_DEL, descriptor, 0, 0));
}

}  // namespace cedar::host::worker
