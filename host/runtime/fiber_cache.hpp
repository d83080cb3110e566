#pragma once
#include "host/core/fetch.hpp"
#include "host/runtime/fiber_stock.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <span>

namespace cedar::host::runtime {

// A few idle fibers of one thread, the one used last first: its stack is warm. It gets and gives more by the batch.
// Thread: its own.
class FiberCache {
public:
    explicit FiberCache(FiberStock& stock) : stock_(stock) {}
    ~FiberCache() { give_all(); }
    FiberCache(const FiberCache&) = delete;
    FiberCache& operator=(const FiberCache&) = delete;

    // Null when the system has no memory for another stack.
    [[nodiscard]] std::unique_ptr<Fiber> take(std::size_t stack_bytes) {
        auto& idle = idle_[stack_bytes];
        last_size_ = stack_bytes;
        if (idle.empty()) stock_.take(stack_bytes, kBatch, idle);
        if (idle.empty()) return stock_.create(stack_bytes);
        auto fiber = std::move(idle.back());
        idle.pop_back();
        return fiber;
    }

    void give(std::unique_ptr<Fiber> fiber) {
        const std::size_t stack_bytes = fiber->stack_bytes();
        auto& idle = idle_[stack_bytes];
        if (idle.size() == 2 * kBatch) stock_.give(stack_bytes, kBatch, idle);
        idle.push_back(std::move(fiber));
    }

    // Fetches so many of those that will be taken next, if they are of the size that was taken last: who have long
    // been idle are in no cache.
    void fetch_ahead(std::size_t count) {
        const auto found = idle_.find(last_size_);
        if (found == idle_.end()) return;
        auto& idle = found->second;
        if (idle.empty()) stock_.take(last_size_, kBatch, idle);
        const std::span next = std::span(idle).last(std::min(count, idle.size()));
        for (const auto& fiber : next) fetch(fiber.get(), sizeof(Fiber));
        for (const auto& fiber : next) fiber->fetch_stack();
    }

    void give_all() {
        for (auto& [size, idle] : idle_) stock_.give(size, idle.size(), idle);
    }

private:
    static constexpr std::size_t kBatch = 32;

    FiberStock& stock_;
    std::size_t last_size_ = 0;
    std::map<std::size_t, FiberStock::Fibers> idle_;  // by stack size
};

}  // namespace cedar::host::runtime
