#pragma once
#include <functional>
#include <memory>

namespace cedar::host::app {

// SIGINT and SIGTERM while it lives: the first one calls `stop`, a second one ends the process at once with
// 128 + its number. SIGHUP calls `renew`, before `stop` only; without a `renew` it keeps its usual effect. Children
// that are started keep the usual behaviour. One at a time in a process. Thread: both run on a thread of the watch,
// which the destructor joins; they must not destroy the watch.
class SignalWatch {
public:
    explicit SignalWatch(std::function<void()> stop, std::function<void()> renew = {});
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host::app
