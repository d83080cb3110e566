#pragma once
#include "host/core/fetch.hpp"
#include "host/runtime/fiber.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace cedar::host::runtime {

// Idle fibers of one thread, the one used last first: its stack is warm. All are kept for the next burst until
// trim(). Thread: its own.
class FiberCache {
public:
    // `alive` counts the fibers of all caches, those in use included.
    FiberCache(std::size_t idle_max, std::atomic<std::size_t>& alive) : idle_max_(idle_max), alive_(alive) {}
    ~FiberCache() { alive_ -= count_; }
    FiberCache(const FiberCache&) = delete;
    FiberCache& operator=(const FiberCache&) = delete;

    // Null when the system has no memory for another stack.
    [[nodiscard]] std::unique_ptr<Fiber> take(std::size_t stack_bytes) {
        auto& idle = idle_[stack_bytes];
        if (idle.empty()) return create(stack_bytes);
        auto fiber = std::move(idle.back());
        idle.pop_back();
        --count_;
        last_size_ = stack_bytes;
        return fiber;
    }

    void give(std::unique_ptr<Fiber> fiber) {
        auto& idle = idle_[fiber->stack_bytes()];
        idle.push_back(std::move(fiber));
        ++count_;
    }

    // Fetches so many of those that will be taken next, if they are of the size that was taken last: who have long
    // been idle are in no cache.
    void fetch_ahead(std::size_t count) const {
        const auto found = idle_.find(last_size_);
        if (found == idle_.end()) return;
        const auto& idle = found->second;
        const std::span next = std::span(idle).last(std::min(count, idle.size()));
        for (const auto& fiber : next) fetch(fiber.get(), sizeof(Fiber));
        for (const auto& fiber : next) fiber->fetch_stack();
    }

    // Keeps `idle_max` fibers, and the touched memory of a few of them: what a burst took is given back.
    void trim() {
        for (auto& [size, idle] : idle_) {
            const auto excess = std::min(idle.size(), count_ - std::min(count_, idle_max_));
            idle.erase(idle.begin(), idle.begin() + static_cast<std::ptrdiff_t>(excess));
            count_ -= excess;
            alive_ -= excess;
            const auto cold = idle.size() > kWarm ? idle.size() - kWarm : 0;
            for (std::size_t i = 0; i < cold; ++i) idle[i]->stack().trim(kKeptBytes);
        }
    }

private:
    static constexpr std::size_t kWarm = 64;             // keep what they touched
    static constexpr std::size_t kKeptBytes = 4 * 1024;  // of the others

    [[nodiscard]] std::unique_ptr<Fiber> create(std::size_t stack_bytes) {
        auto fiber = Fiber::create(stack_bytes);
        if (fiber) ++alive_;
        return fiber;
    }

    std::size_t idle_max_;
    std::atomic<std::size_t>& alive_;
    std::size_t count_ = 0, last_size_ = 0;
    std::map<std::size_t, std::vector<std::unique_ptr<Fiber>>> idle_;  // by stack size
};

}  // namespace cedar::host::runtime
