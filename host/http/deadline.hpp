#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace cedar::host::http {

// One timer that calls a member function of its owner when a wait has lasted too long. Arming again replaces the
// wait before; a wait that was replaced never calls. Belongs to the owner, on the owner's strand.
class Deadline {
public:
    explicit Deadline(const boost::asio::any_io_executor& executor) : timer_(executor) {}

    template <class Owner>
    void arm(std::chrono::milliseconds after, std::weak_ptr<Owner> owner, void (Owner::*expired)()) {
        timer_.expires_after(after);
        timer_.async_wait([this, owner = std::move(owner), expired, turn = ++turn_](boost::system::error_code) {
            const auto self = owner.lock();
            if (self && turn == turn_) ((*self).*expired)();
        });
    }
    void disarm() {
        ++turn_;
        timer_.cancel();
    }

private:
    boost::asio::steady_timer timer_;
    std::uint64_t turn_ = 0;  // of the wait that counts: a timer that fired cannot be cancelled any more
};

}  // namespace cedar::host::http
