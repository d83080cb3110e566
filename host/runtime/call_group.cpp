#include "host/runtime/call_group.hpp"

#include <utility>

namespace cedar::host::runtime {

// The waiter lives as long as it waits, and it waits until it is woken, which is once.
Waiting* CallGroup::settle() {
    settled_ = true;
    return wakes_;
}

void CallGroup::deliver(std::size_t index, ServiceReply&& reply) {
    Waiting* wakes = nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (settled_ || done_[index] != 0) return;
        done_[index] = 1;
        replies_[index] = std::move(reply);
        if (--missing_ == 0) wakes = settle();
    }
    if (wakes != nullptr) wakes->wake(waiter_);
}

void CallGroup::stop(cedar_status why) {
    Waiting* wakes = nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (settled_) return;
        verdict_ = why;
        wakes = settle();
    }
    if (wakes != nullptr) wakes->wake(waiter_);
}

bool CallGroup::begin_wait() {
    const std::lock_guard lock(mutex_);
    if (!settled_) wakes_ = &waiter_.waiting();
    return wakes_ != nullptr;
}

cedar_status CallGroup::wait() {
    if (begin_wait()) waiter_.waiting().wait();
    return verdict();
}

cedar_status CallGroup::verdict() const {
    if (settled_) return verdict_;
    const std::lock_guard lock(mutex_);
    return verdict_;
}

bool CallGroup::owed(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    return done_[index] == 0;
}

bool CallGroup::settled() const {
    return settled_;
}

}  // namespace cedar::host::runtime
