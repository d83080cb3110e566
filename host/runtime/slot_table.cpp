#include "host/runtime/slot_table.hpp"

#include "host/core/brief_lock.hpp"

#include <random>
#include <utility>

namespace cedar::host::runtime {

SlotTable::SlotTable() {
    std::random_device random;
    state_ = (std::uint64_t{random()} << 32) | random();
}

// Source: Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (splitmix64); a bijection of the
// state, so that no generation comes twice.
std::uint64_t SlotTable::next_generation() {
    for (;;) {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
        mixed ^= mixed >> 31;
        if (mixed != 0) return mixed;
    }
}

cedar_invocation SlotTable::acquire(std::shared_ptr<HostCalls> holder) {
    const auto lock = brief_lock(mutex_);
    if (free_.empty()) {
        free_.push_back(slots_.size());
        slots_.emplace_back();
    }
    const std::size_t index = free_.back();
    free_.pop_back();
    slots_[index] = {next_generation(), std::move(holder)};
    return {index + 1, slots_[index].generation};
}

std::shared_ptr<HostCalls> SlotTable::find(cedar_invocation token) const {
    const auto lock = brief_lock(mutex_);
    if (token.id == 0 || token.id > slots_.size()) return nullptr;
    const Slot& slot = slots_[token.id - 1];
    return slot.generation == token.generation ? slot.holder : nullptr;
}

void SlotTable::release(cedar_invocation token) {
    std::shared_ptr<HostCalls> holder;  // let go outside the lock
    const auto lock = brief_lock(mutex_);
    if (token.id == 0 || token.id > slots_.size()) return;
    Slot& slot = slots_[token.id - 1];
    if (slot.generation != token.generation || !slot.holder) return;
    holder = std::move(slot.holder);
    slot.generation = 0;
    free_.push_back(token.id - 1);
}

std::vector<std::shared_ptr<HostCalls>> SlotTable::all() const {
    std::vector<std::shared_ptr<HostCalls>> holders;
    const auto lock = brief_lock(mutex_);
    for (const auto& slot : slots_) {
        if (slot.holder) holders.push_back(slot.holder);
    }
    return holders;
}

}  // namespace cedar::host::runtime
