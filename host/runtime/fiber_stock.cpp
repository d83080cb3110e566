#include "host/runtime/fiber_stock.hpp"

#include "host/core/brief_lock.hpp"

#include <algorithm>
#include <iterator>

namespace cedar::host::runtime {
namespace {

void move_first(FiberStock::Fibers& from, std::size_t count, FiberStock::Fibers& into) {
    const auto end = from.begin() + static_cast<std::ptrdiff_t>(count);
    into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(end));
    from.erase(from.begin(), end);
}

}  // namespace

void FiberStock::take(std::size_t stack_bytes, std::size_t count, Fibers& into) {
    const auto lock = brief_lock(mutex_);
    Idle& idle = idle_[stack_bytes];
    count = std::min(count, idle.fibers.size());
    const auto begin = idle.fibers.end() - static_cast<std::ptrdiff_t>(count);
    into.insert(into.end(), std::make_move_iterator(begin), std::make_move_iterator(idle.fibers.end()));
    idle.fibers.erase(begin, idle.fibers.end());
    idle.cold = std::min(idle.cold, idle.fibers.size());
    count_ -= count;
}

void FiberStock::give(std::size_t stack_bytes, std::size_t count, Fibers& from) {
    const auto lock = brief_lock(mutex_);
    move_first(from, count, idle_[stack_bytes].fibers);
    count_ += count;
}

std::unique_ptr<Fiber> FiberStock::create(std::size_t stack_bytes) {
    auto fiber = Fiber::create(stack_bytes);
    const auto lock = brief_lock(mutex_);
    if (fiber) ++alive_;
    return fiber;
}

std::size_t FiberStock::alive() const {
    const auto lock = brief_lock(mutex_);
    return alive_;
}

void FiberStock::trim() {
    drop_surplus();
    cool();
}

// They are unmapped outside the lock.
void FiberStock::drop_surplus() {
    Fibers surplus;
    const auto lock = brief_lock(mutex_);
    for (auto& [size, idle] : idle_) {
        const auto excess = std::min(idle.fibers.size(), count_ - std::min(count_, idle_max_));
        move_first(idle.fibers, excess, surplus);
        count_ -= excess;
        idle.cold -= std::min(idle.cold, excess);
    }
    alive_ -= surplus.size();
}

// Those that are made cold are out of the stock meanwhile: nobody runs on what is given back.
void FiberStock::cool() {
    std::map<std::size_t, Fibers> cooling;
    {
        const auto lock = brief_lock(mutex_);
        for (auto& [size, idle] : idle_) {
            const auto cold = idle.fibers.size() - std::min(idle.fibers.size(), kWarm);
            if (cold <= idle.cold) continue;
            move_first(idle.fibers, cold, cooling[size]);
            idle.cold = 0;
            count_ -= cold;
        }
    }
    for (auto& [size, fibers] : cooling) {
        for (const auto& fiber : fibers) fiber->stack().trim(kKeptBytes);
    }
    const auto lock = brief_lock(mutex_);
    for (auto& [size, fibers] : cooling) {
        Idle& idle = idle_[size];
        idle.cold = fibers.size();
        count_ += fibers.size();
        move_first(idle.fibers, idle.fibers.size(), fibers);
        idle.fibers = std::move(fibers);
    }
}

}  // namespace cedar::host::runtime
