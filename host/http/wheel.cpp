#include "host/http/wheel.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;

Wheel::Wheel(net::io_context& io) : strand_(net::make_strand(io)), timer_(strand_) {}

// Rounded up, so that nobody is called too early.
std::uint64_t Wheel::step_of(Time when) const {
    const auto since = std::max(when - start_, Time::duration::zero());
    return static_cast<std::uint64_t>((since + step - Time::duration(1)) / step);
}

void Wheel::wait(Seat& seat, Time when) {
    const std::lock_guard lock(mutex_);
    const auto at = std::clamp(step_of(when), now_ + 1, now_ + slots - 1);
    if (seat.at_ != 0 && seat.at_ <= at) return;
    if (seat.at_ != 0) unlink(seat);
    auto*& slot = rim_.at(at % slots);
    seat.at_ = at;
    seat.before_ = nullptr;
    seat.after_ = slot;
    if (slot != nullptr) slot->before_ = &seat;
    slot = &seat;
    ++waiting_;
    if (next_ != 0 && next_ <= at) return;
    next_ = at;
    net::post(strand_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->plan();
    });
}

void Wheel::leave(Seat& seat) {
    const std::lock_guard lock(mutex_);
    if (seat.at_ != 0) unlink(seat);
}

std::size_t Wheel::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
}

void Wheel::unlink(Seat& seat) {
    if (seat.before_ == nullptr) {
        rim_.at(seat.at_ % slots) = seat.after_;
    } else {
        seat.before_->after_ = seat.after_;
    }
    if (seat.after_ != nullptr) seat.after_->before_ = seat.before_;
    seat.at_ = 0;
    --waiting_;
}

void Wheel::plan() {
    {
        const std::lock_guard lock(mutex_);
        if (next_ == 0) return;
        timer_.expires_at(start_ + static_cast<std::int64_t>(next_) * step);
    }
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (!error && self) self->turn();
    });
}

// The owners are held until their calls are over: they run elsewhere.
void Wheel::turn() {
    std::vector<Call> calls;
    {
        const std::lock_guard lock(mutex_);
        const auto since = std::chrono::steady_clock::now() - start_;
        const auto to = static_cast<std::uint64_t>(since / step);
        const auto first = to - now_ > slots ? to - slots : now_;
        for (auto at = first + 1; at <= to; ++at) {
            while (auto* seat = rim_.at(at % slots)) {
                unlink(*seat);
                if (auto owner = seat->owner_.lock()) calls.push_back({std::move(owner), seat});
            }
        }
        now_ = to;
        find_next();
    }
    for (auto& call : calls) {
        const auto& executor = call.seat->executor_;
        net::post(executor, [owner = std::move(call.owner), seat = call.seat] { seat->called(); });
    }
    plan();
}

void Wheel::find_next() {
    next_ = 0;
    for (auto at = now_ + 1; waiting_ > 0 && at < now_ + slots && next_ == 0; ++at)
        if (rim_.at(at % slots) != nullptr) next_ = at;
}

}  // namespace cedar::host::http
