#pragma once
#include "host/runtime/fiber.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace cedar::host::runtime {

// Idle fibers that no thread keeps for itself: what one thread made for a burst serves another in the next. Those
// given last are taken first, their stacks are warm. Outlives the caches that use it. Thread: any.
class FiberStock {
public:
    using Fibers = std::vector<std::unique_ptr<Fiber>>;

    explicit FiberStock(std::size_t idle_max) : idle_max_(idle_max) {}
    FiberStock(const FiberStock&) = delete;
    FiberStock& operator=(const FiberStock&) = delete;

    // Appends at most `count` of that size.
    void take(std::size_t stack_bytes, std::size_t count, Fibers& into);
    // The first `count` of them, which are idle and of that size.
    void give(std::size_t stack_bytes, std::size_t count, Fibers& from);

    // Null when the system has no memory for another stack.
    [[nodiscard]] std::unique_ptr<Fiber> create(std::size_t stack_bytes);
    // Fibers in being: here, in the caches and in use.
    [[nodiscard]] std::size_t alive() const;

    // Keeps `idle_max` fibers, and the touched memory of a few of them: what a burst took is given back.
    void trim();

private:
    static constexpr std::size_t kWarm = 64;             // of each size keep what they touched
    static constexpr std::size_t kKeptBytes = 4 * 1024;  // of the others
    struct Idle {
        Fibers fibers;
        std::size_t cold = 0;  // the first so many have given back what they touched
    };

    void drop_surplus();
    void cool();

    const std::size_t idle_max_;
    mutable std::mutex mutex_;
    std::size_t alive_ = 0, count_ = 0;
    std::map<std::size_t, Idle> idle_;  // by stack size
};

}  // namespace cedar::host::runtime
