#include "host/runtime/call_group.hpp"

#include <utility>

namespace cedar::host::runtime {

std::shared_ptr<Work> CallGroup::settle() {
    settled_ = true;
    return waiting_ ? waiter_.shared_from_this() : nullptr;
}

void CallGroup::deliver(std::size_t index, ServiceReply reply) {
    std::shared_ptr<Work> to_wake;
    {
        const std::lock_guard lock(mutex_);
        if (settled_ || done_[index] != 0) return;
        done_[index] = 1;
        replies_[index] = std::move(reply);
        if (--missing_ == 0) to_wake = settle();
    }
    if (to_wake) to_wake->waiting().wake(*to_wake);
}

void CallGroup::stop(cedar_status why) {
    std::shared_ptr<Work> to_wake;
    {
        const std::lock_guard lock(mutex_);
        if (settled_) return;
        verdict_ = why;
        to_wake = settle();
    }
    if (to_wake) to_wake->waiting().wake(*to_wake);
}

bool CallGroup::begin_wait() {
    const std::lock_guard lock(mutex_);
    waiting_ = !settled_;
    return waiting_;
}

cedar_status CallGroup::wait() {
    if (begin_wait()) waiter_.waiting().wait();
    return verdict();
}

cedar_status CallGroup::verdict() const {
    const std::lock_guard lock(mutex_);
    return verdict_;
}

bool CallGroup::owed(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    return done_[index] == 0;
}

bool CallGroup::settled() const {
    const std::lock_guard lock(mutex_);
    return settled_;
}

}  // namespace cedar::host::runtime
