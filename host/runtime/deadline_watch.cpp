#include "host/runtime/deadline_watch.hpp"

#include "host/core/brief_lock.hpp"

#include <utility>

namespace cedar::host::runtime {
namespace {

// So many are told between two looks at the lock: who comes and goes meanwhile is not kept waiting for a thousand.
constexpr std::size_t kPiece = 64;

}  // namespace

// The timer of a new moment is set under no lock; if all have gone by then, whoever comes back to the moment sets
// another, and this one finds nothing.
void DeadlineWatch::add(Watched& one, SteadyTime when) {
    bool fresh = false;
    {
        const auto lock = brief_lock(mutex_);
        if (last_ == nullptr || last_->when != when) {
            const auto [found, added] = moments_.try_emplace(when);
            last_ = &found->second;
            last_->when = when;
            fresh = added;
        }
        one.moment_ = last_;
        one.next_ = std::exchange(last_->first, &one);
        if (one.next_ != nullptr) one.next_->previous_ = &one;
    }
    if (!fresh) return;
    std::uint64_t timer = timers_.set(when);
    {
        const auto lock = brief_lock(mutex_);
        const auto found = moments_.find(when);
        if (found != moments_.end() && found->second.timer == 0) std::swap(found->second.timer, timer);
    }
    if (timer != 0) timers_.drop(timer);
}

void DeadlineWatch::unlink(Watched& one) {
    if (one.previous_ != nullptr) {
        one.previous_->next_ = one.next_;
    } else {
        one.moment_->first = one.next_;
    }
    if (one.next_ != nullptr) one.next_->previous_ = one.previous_;
    one.moment_ = nullptr;
    one.previous_ = one.next_ = nullptr;
}

void DeadlineWatch::remove(Watched& one) {
    std::uint64_t timer = 0;
    {
        const auto lock = brief_lock(mutex_);
        Moment* const moment = one.moment_;
        if (moment == nullptr) return;
        unlink(one);
        if (moment->first != nullptr) return;
        timer = moment->timer;
        if (last_ == moment) last_ = nullptr;
        moments_.erase(moment->when);
    }
    if (timer != 0) timers_.drop(timer);
}

std::vector<std::shared_ptr<Watched>> DeadlineWatch::take(SteadyTime when) {
    std::vector<std::shared_ptr<Watched>> piece;
    const auto lock = brief_lock(mutex_);
    const auto found = moments_.find(when);
    if (found == moments_.end()) return piece;
    while (found->second.first != nullptr && piece.size() < kPiece) {
        Watched& one = *found->second.first;
        piece.push_back(one.keep());
        unlink(one);
    }
    if (found->second.first == nullptr) {
        if (last_ == &found->second) last_ = nullptr;
        moments_.erase(found);
    }
    return piece;
}

void DeadlineWatch::fire(SteadyTime when) {
    for (auto piece = take(when); !piece.empty(); piece = take(when)) {
        for (const auto& one : piece) one->on_deadline();
    }
}

std::size_t DeadlineWatch::moments() const {
    const auto lock = brief_lock(mutex_);
    return moments_.size();
}

}  // namespace cedar::host::runtime
