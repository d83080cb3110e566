#pragma once
#include "host/http/wheel.hpp"

#include <chrono>
#include <memory>
#include <utility>

namespace cedar::host::http {

// Calls one member function of its owner when a wait has lasted too long, on the owner's strand. Arming again
// replaces the wait before; a wait that was replaced never calls. A later end costs nothing: the wheel's call then
// finds that there is time left. A part of its owner, on whose strand it is used.
class Deadline final : private Wheel::Seat {
public:
    Deadline(std::shared_ptr<Wheel> wheel, boost::asio::any_io_executor executor)
        : Seat(std::move(executor)), wheel_(std::move(wheel)) {}
    ~Deadline() override { wheel_->leave(*this); }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    // Always the same member of the same owner.
    template <auto Expired, class Owner>
    void arm(std::chrono::milliseconds after, std::weak_ptr<Owner> owner) {
        if (owner_ == nullptr) {
            const auto held = owner.lock();
            owner_ = held.get();
            expired_ = [](void* to) { (static_cast<Owner*>(to)->*Expired)(); };
            belong_to(std::move(owner));
        }
        end_ = std::chrono::steady_clock::now() + after;
        armed_ = true;
        wheel_->wait(*this, end_);
    }
    void disarm() { armed_ = false; }

private:
    void called() override {
        if (!armed_) return;
        if (std::chrono::steady_clock::now() < end_) return wheel_->wait(*this, end_);
        armed_ = false;
        expired_(owner_);
    }

    const std::shared_ptr<Wheel> wheel_;
    void* owner_ = nullptr;
    void (*expired_)(void*) = nullptr;
    Wheel::Time end_{};
    bool armed_ = false;
};

}  // namespace cedar::host::http
