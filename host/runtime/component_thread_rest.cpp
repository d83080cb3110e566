// How a component thread rests, and what it gives back then. The other half is component_thread.cpp.
#include "host/core/brief_lock.hpp"
#include "host/runtime/block_pool.hpp"
#include "host/runtime/component_thread.hpp"
#include "host/runtime/idle_source.hpp"

#include <thread>

namespace cedar::host::runtime {
namespace {

// A thread at rest for so long gives back the stacks of its last burst.
constexpr std::chrono::milliseconds kBurst{1000};
constexpr std::size_t kIdleBlocks = 1024;  // of each size, kept for the next burst

}  // namespace

// It says that it rests, and looks once more: who wakes or submits from now on will see it.
void ComponentThread::rest() {
    {
        const auto lock = brief_lock(state_.mutex_);
        const bool may_start = !retiring_ && state_.has_room();
        bool to_steal = false;
        state_.each_batch([&to_steal](const auto& batch) { to_steal = to_steal || !batch.empty(); });
        if ((may_start && !state_.waiting_.empty()) || ((state_.stopped_ || retiring_) && suspended_ == 0)) return;
        if (to_steal && !retiring_) return;
        at_rest_ = true;
        const std::lock_guard woken(woken_mutex_);
        if (!woken_.empty()) {
            at_rest_ = false;
            return;
        }
        state_.at_rest_.push_back(this);
    }
    sleep();
}

void ComponentThread::trim() {
    fibers_.give_all();
    state_.fibers_.trim();
    BlockPools::trim(kIdleBlocks);
}

void ComponentThread::sleep() {
    if (wait_for_source()) return;
    if (parker_.park_for(kBurst)) return;
    trim();
    parker_.park();
}

// True: it had the source until it was woken, by what the source brought or by another thread.
bool ComponentThread::wait_for_source() {
    IdleSource* source = state_.options_.source;
    if (source == nullptr || state_.source_taken_.exchange(true)) return false;
    polls_ = std::this_thread::get_id();
    while (!parker_.try_park()) {
        if (!source->wait(kBurst)) trim();
    }
    polls_ = std::thread::id();
    state_.source_taken_ = false;
    return true;
}

void ComponentThread::unpark() {
    IdleSource* source = state_.options_.source;
    parker_.unpark();
    if (source == nullptr) return;
    const auto waits = polls_.load();
    if (waits != std::thread::id() && waits != std::this_thread::get_id()) source->interrupt();
}

}  // namespace cedar::host::runtime
