#pragma once
#include "host/runtime/fiber.hpp"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <vector>

namespace cedar::host::runtime {

// Idle fibers of one thread, the one used last first: its stack is warm. Thread: its own.
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
        return fiber;
    }

    void give(std::unique_ptr<Fiber> fiber) {
        if (count_ >= idle_max_) {
            fiber.reset();
            --alive_;
            return;
        }
        if (count_ >= kWarm) fiber->stack().trim(kKeptBytes);
        auto& idle = idle_[fiber->stack().size()];
        idle.push_back(std::move(fiber));
        ++count_;
    }

private:
    // So many keep what they touched; a burst's other stacks give it back to the system but for the top.
    static constexpr std::size_t kWarm = 64;
    static constexpr std::size_t kKeptBytes = 16 * 1024;

    [[nodiscard]] std::unique_ptr<Fiber> create(std::size_t stack_bytes) {
        auto fiber = Fiber::create(stack_bytes);
        if (fiber) ++alive_;
        return fiber;
    }

    std::size_t idle_max_;
    std::atomic<std::size_t>& alive_;
    std::size_t count_ = 0;
    std::map<std::size_t, std::vector<std::unique_ptr<Fiber>>> idle_;  // by stack size
};

}  // namespace cedar::host::runtime
