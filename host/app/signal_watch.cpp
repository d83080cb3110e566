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
std::atomic<bool> g_renew{false};

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

extern "C" void cedar_on_renew(int) {
    const int saved = errno;
    g_renew = true;
    ring(g_event.load());
    errno = saved;
}

void handle(int signal, void (*handler)(int), struct sigaction& before) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, &before);
}

}  // namespace

struct SignalWatch::Impl {
    std::function<void()> stop, renew;
    int event = -1;
    std::atomic<bool> ended{false};
    std::array<struct sigaction, 3> before{};
    std::thread thread;

    void wait() {
        while (!ended) {
            std::uint64_t count = 0;
            while (::read(event, &count, sizeof count) < 0 && errno == EINTR) {}
            if (ended) return;
            if (g_count > 0) return stop();
            if (g_renew.exchange(false)) renew();
        }
    }
};

SignalWatch::SignalWatch(std::function<void()> stop, std::function<void()> renew)
    : impl_(std::make_unique<Impl>()) {
    impl_->stop = std::move(stop);
    impl_->renew = std::move(renew);
    impl_->event = ::eventfd(0, EFD_CLOEXEC);
    CEDAR_CHECK(impl_->event >= 0);
    CEDAR_CHECK(g_event.exchange(impl_->event) == -1);
    g_count = 0;
    g_renew = false;
    impl_->thread = std::thread([impl = impl_.get()] { impl->wait(); });
    handle(SIGINT, cedar_on_signal, impl_->before[0]);
    handle(SIGTERM, cedar_on_signal, impl_->before[1]);
    if (impl_->renew) handle(SIGHUP, cedar_on_renew, impl_->before[2]);
}

SignalWatch::~SignalWatch() {
    ::sigaction(SIGINT, &impl_->before[0], nullptr);
    ::sigaction(SIGTERM, &impl_->before[1], nullptr);
    if (impl_->renew) ::sigaction(SIGHUP, &impl_->before[2], nullptr);
    impl_->ended = true;
    ring(impl_->event);
    impl_->thread.join();
    g_event = -1;
    ::close(impl_->event);
}

}  // namespace cedar::host::app
