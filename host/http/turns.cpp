#include "host/http/turns.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace cedar::host::http {

// Ends with its work, also with one that throws.
struct Turns::Turn {
    explicit Turn(std::shared_ptr<Turns> of) : turns(std::move(of)) {}
    ~Turn() { turns->on_end(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    std::shared_ptr<Turns> turns;
};

void Turns::ask(boost::asio::any_io_executor executor, Work work) {
    Asked asked{std::move(executor), std::move(work)};
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(taken_, true)) return waiting_.push_back(std::move(asked));
    }
    begin(std::move(asked));
}

void Turns::begin(Asked next) {
    boost::asio::post(next.executor, [self = shared_from_this(), work = std::move(next.work)] {
        const Turn turn(self);
        work();
    });
}

void Turns::on_end() {
    Asked next;
    {
        const std::lock_guard lock(mutex_);
        taken_ = !waiting_.empty();
        if (!taken_) return;
        next = std::move(waiting_.front());
        waiting_.pop_front();
    }
    begin(std::move(next));
}

}  // namespace cedar::host::http
