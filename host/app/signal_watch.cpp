#include "host/app/signal_watch.hpp"

#include "host/core/check.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <thread>

namespace cedar::host::app {
namespace {

// A signal handler reaches nothing but what is static.
std::atomic<int> g_event{-1};
std::atomic<int> g_count{0};

void ring(int event) {
    const std::uint64_t one = 1;
    const ssize_t written = ::write(event, &one, sizeof one);
    static_cast<void>(written);  // the counter cannot be full
}

extern "C" void cedar_on_signal(int number) {
    if (g_count.fetch_add(1) > 0) ::_exit(128 + number);
    const int saved = errno;
    ring(g_event.load());
    errno = saved;
}

}  // namespace

struct SignalWatch::Impl {
    std::function<void()> stop;
    int event = -1;
    std::atomic<bool> ended{false};
    std::array<struct sigaction, 2> before{};
    std::thread thread;

    void wait() {
        std::uint64_t count = 0;
        while (::read(event, &count, sizeof count) < 0 && errno == EINTR) {}
        if (!ended) stop();
    }
};

SignalWatch::SignalWatch(std::function<void()> stop) : impl_(std::make_unique<Impl>()) {
    impl_->stop = std::move(stop);
    impl_->event = ::eventfd(0, EFD_CLOEXEC);
    CEDAR_CHECK(impl_->event >= 0);
    CEDAR_CHECK(g_event.exchange(impl_->event) == -1);
    g_count = 0;
    impl_->thread = std::thread([impl = impl_.get()] { impl->wait(); });
    struct sigaction action {};
    action.sa_handler = cedar_on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, &impl_->before[0]);
    ::sigaction(SIGTERM, &action, &impl_->before[1]);
}

SignalWatch::~SignalWatch() {
    ::sigaction(SIGINT, &impl_->before[0], nullptr);
    ::sigaction(SIGTERM, &impl_->before[1], nullptr);
    impl_->ended = true;
    ring(impl_->event);
    impl_->thread.join();
    g_event = -1;
    ::close(impl_->event);
}

}  // namespace cedar::host::app
