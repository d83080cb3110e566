#include "host/services/llm/socket_set.hpp"

#include <boost/asio/io_context.hpp>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace cedar::host::services::llm {

namespace {

constexpr unsigned kLifeShift = 32;

std::size_t index_of(int fd) {
    return static_cast<std::size_t>(fd);
}

}  // namespace

SocketSet::SocketSet(boost::asio::io_context& loop) : epoll_(loop, ::epoll_create1(EPOLL_CLOEXEC)) {}

int SocketSet::open(int family, int type, int protocol) {
    const int fd = ::socket(family, type | SOCK_CLOEXEC, protocol);
    if (fd < 0) return fd;
    if (entries_.size() <= index_of(fd)) entries_.resize(index_of(fd) + 1);
    auto& entry = entries_[index_of(fd)];
    entry = {0, 0, entry.life + 1, true};
    return fd;
}

int SocketSet::close(int fd) {
    if (index_of(fd) < entries_.size()) {
        auto& entry = entries_[index_of(fd)];
        change(fd, entry, 0);  // a copy in a child process would keep it in the set
        entry.wanted = 0;
        entry.own = false;
    }
    return ::close(fd);
}

void SocketSet::want(int fd, bool read, bool write) {
    if (entries_.size() <= index_of(fd)) entries_.resize(index_of(fd) + 1);
    auto& entry = entries_[index_of(fd)];
    entry.wanted =
        (read ? static_cast<std::uint32_t>(EPOLLIN) : 0U) | (write ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
    // A resting socket says nothing as a rule: it stays registered for its next request.
    const bool rests = entry.own && entry.wanted == 0 && entry.registered == EPOLLIN;
    if (!rests) change(fd, entry, entry.wanted);
}

// A descriptor that the kernel does not take into the set stays silent: the time limit of its transfer speaks then.
void SocketSet::change(int fd, Entry& entry, std::uint32_t events) {
    if (entry.registered == events) return;
    epoll_event event{};
    event.events = events;
    event.data.u64 = (std::uint64_t{entry.life} << kLifeShift) | static_cast<std::uint32_t>(fd);
    const int what = events == 0 ? EPOLL_CTL_DEL : entry.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    int done = ::epoll_ctl(epoll_.native_handle(), what, fd, &event);
    if (done != 0 && what == EPOLL_CTL_MOD) done = ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, fd, &event);
    entry.registered = done == 0 ? events : 0;
}

std::span<const SocketSet::Ready> SocketSet::take() {
    std::array<epoll_event, kBatch> events{};
    const int count = ::epoll_wait(epoll_.native_handle(), events.data(), static_cast<int>(kBatch), 0);
    std::size_t taken = 0;
    for (int at = 0; at < count; ++at) {
        const auto& event = events[static_cast<std::size_t>(at)];
        const int fd = static_cast<int>(event.data.u64 & UINT32_MAX);
        auto& entry = entries_[index_of(fd)];
        if (entry.life != event.data.u64 >> kLifeShift) continue;
        if (entry.wanted == 0) {  // it rests and was spoken to, or the other side has gone
            change(fd, entry, 0);
            continue;
        }
        // Faults come as readiness of what is waited for: whoever acts on it finds them.
        const bool fault = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
        batch_[taken++] = {fd, (entry.wanted & EPOLLIN) != 0 && (fault || (event.events & EPOLLIN) != 0),
                           (entry.wanted & EPOLLOUT) != 0 && (fault || (event.events & EPOLLOUT) != 0)};
    }
    return {batch_.data(), taken};
}

void SocketSet::when_ready(std::function<void()> ready) {
    epoll_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                      [ready = std::move(ready)](const auto& error) {
                          if (!error) ready();
                      });
}

void SocketSet::stop() {
    boost::system::error_code ignored;
    epoll_.cancel(ignored);
}

}  // namespace cedar::host::services::llm
