#pragma once
#include "host/ports/event_log.hpp"
#include "host/runtime/waker.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace cedar::host::runtime {

// A reader of a thread; `leave` takes its waker out of the log. `also` may be empty.
class ThreadSubscription final : public Subscription {
public:
    ThreadSubscription(std::shared_ptr<Waker> waker, std::function<void()> leave,
                       std::unique_ptr<Subscription> also)
        : waker_(std::move(waker)), leave_(std::move(leave)), also_(std::move(also)) {}
    ~ThreadSubscription() override {
        also_.reset();
        leave_();
        waker_->end();
    }

private:
    std::shared_ptr<Waker> waker_;
    std::function<void()> leave_;
    std::unique_ptr<Subscription> also_;
};

// A subscription to a run of another host keeps that run's thread coming.
class ForeignSubscription final : public Subscription {
public:
    ForeignSubscription(std::unique_ptr<Subscription> one, std::unique_ptr<Subscription> other,
                        std::function<void()> leave)
        : one_(std::move(one)), other_(std::move(other)), leave_(std::move(leave)) {}
    ~ForeignSubscription() override { leave_(); }

private:
    std::unique_ptr<Subscription> one_, other_;
    std::function<void()> leave_;
};

}  // namespace cedar::host::runtime
