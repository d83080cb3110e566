#pragma once
#include "host/ports/service.hpp"
#include "host/runtime/work.hpp"

#include <cedar/abi.h>
#include <boost/container/small_vector.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <span>

namespace cedar::host::runtime {

// The requests of one `call` of one invocation: complete when all have been replied to, or stopped before. Shared
// with the services that owe a reply; one that comes after the end is dropped. Lock discipline: its mutex is taken
// last and released before anyone is woken.
class CallGroup {
public:
    // `waiter` is the work that calls; it outlives the call, though not the group.
    CallGroup(Work& waiter, std::size_t count) : waiter_(waiter), replies_(count), done_(count), missing_(count) {}

    // The reply to one request; the first counts. Thread: any.
    void deliver(std::size_t index, ServiceReply&& reply);
    // Ends the wait with CEDAR_CANCELLED or CEDAR_DEADLINE. Thread: any.
    void stop(cedar_status why);

    // True: the waiter is to wait, and will be woken once. False: it is complete or stopped already.
    [[nodiscard]] bool begin_wait();
    // Suspends the waiter until complete or stopped; CEDAR_OK or why it was stopped. Thread: the waiter's.
    [[nodiscard]] cedar_status wait();
    // CEDAR_OK, or why it was stopped. After the wait.
    [[nodiscard]] cedar_status verdict() const;
    [[nodiscard]] bool settled() const;
    [[nodiscard]] bool owed(std::size_t index) const;  // its reply has not come

    // After the wait said CEDAR_OK; nothing changes them any more.
    [[nodiscard]] std::span<const ServiceReply> replies() const { return replies_; }

private:
    [[nodiscard]] Waiting* settle();  // with mutex_ held: who is to wake the waiter, if it waits

    Waiting* wakes_ = nullptr;  // set while the waiter waits

    Work& waiter_;
    mutable std::mutex mutex_;
    boost::container::small_vector<ServiceReply, 1> replies_;
    boost::container::small_vector<char, 16> done_;
    std::size_t missing_;
    cedar_status verdict_ = CEDAR_OK;
    std::atomic<bool> settled_{false};  // what is above does not change any more
};

}  // namespace cedar::host::runtime
