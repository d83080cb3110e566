#pragma once
#include "host/core/fetch.hpp"
#include "host/runtime/sanitizer_fibers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>  // tidy: allow raw-new (its header)
#include <utility>
#include <vector>

namespace cedar::host::runtime {

// The pools of all sizes that there are. Thread: any.
class BlockPools {
public:
    using Trim = void (*)(std::size_t keep);
    static void add(Trim trim) {
        BlockPools& pools = all();
        const std::lock_guard lock(pools.mutex_);
        pools.trims_.push_back(trim);
    }
    // Gives of each all but `keep` blocks back to the system's allocator; what threads keep for themselves stays.
    static void trim(std::size_t keep) {
        std::vector<Trim> trims;
        {
            const std::lock_guard lock(all().mutex_);
            trims = all().trims_;
        }
        for (const Trim trim : trims) trim(keep);
    }

private:
    // Never freed: threads of libraries may outlive what is static.
    static BlockPools& all() {
        static BlockPools* const pools = std::make_unique<BlockPools>().release();
        return *pools;
    }
    std::mutex mutex_;
    std::vector<Trim> trims_;
};

// Memory blocks of one size, for objects that are made on one thread and end on another, thousands at a time: the
// C library would take a lock of the thread that made it for each. A thread keeps a few blocks for itself, and gets
// and gives more by the batch. Blocks begin on lines of the cache. Thread: any.
template <std::size_t Bytes>
class BlockPool {
public:
    static constexpr std::size_t kLine = 64;
    static constexpr std::size_t kStockMax = 16384;  // blocks kept for all threads

    [[nodiscard]] static void* take() {
        Pocket& own = pocket();
        if (own.count == 0) refill(own);
        if (own.count == 0) return ::operator new (Bytes, std::align_val_t{kLine});
        void* const block = own.blocks[--own.count];
        if (own.count > 0) fetch(own.blocks[own.count - 1], Bytes);
        return block;
    }

    static void give(void* block) noexcept {
        Pocket& own = pocket();
        if (own.count == own.room && !make_room(own)) return drop(block);
        own.blocks[own.count++] = block;
    }

    // Blocks in stock for all threads.
    [[nodiscard]] static std::size_t kept() {
        const std::lock_guard lock(stock().mutex);
        return stock().count;
    }

private:
    static void trim(std::size_t keep) {
        Stock& all = stock();
        std::vector<void*> surplus;
        {
            const std::lock_guard lock(all.mutex);
            if (all.count <= keep) return;
            surplus.assign(all.blocks.get() + keep, all.blocks.get() + all.count);
            all.count = keep;
        }
        for (void* const block : surplus) drop(block);
    }

    static constexpr std::size_t kBatch = 32, kPocket = 2 * kBatch;

    // Without a destructor, so that a thread's last objects may end after its pocket was emptied.
    struct Pocket {
        std::size_t count, room;  // room: 0 until it is used first, and once its thread ends
        bool closed;
        std::array<void*, kPocket> blocks;
    };
    struct AtTheEnd {
        ~AtTheEnd() {
            Pocket& own = pocket();
            hand_over(own, own.count);
            own.closed = true;
            own.room = 0;
        }
    };
    struct Stock {
        std::mutex mutex;
        std::size_t count = 0;
        // Not touched before it is used: each worker process has one.
        std::unique_ptr<void*[]> blocks = std::make_unique_for_overwrite<void*[]>(kStockMax);
    };

    static Pocket& pocket() {
        static thread_local constinit Pocket own{};
        return own;
    }
    static Stock& stock() {
        static Stock* const all = [] {
            BlockPools::add(&trim);
            return std::make_unique<Stock>().release();
        }();
        return *all;
    }
    static void drop(void* block) noexcept { ::operator delete (block, std::align_val_t{kLine}); }

    [[nodiscard]] static bool open(Pocket& own) {
        if (own.closed) return false;
        if (own.room == kPocket) return true;
        static thread_local AtTheEnd at_the_end;
        own.room = kPocket;
        return true;
    }

    static void refill(Pocket& own) {
        if (!open(own)) return;
        Stock& all = stock();
        const std::lock_guard lock(all.mutex);
        own.count = std::min(kBatch, all.count);
        all.count -= own.count;
        std::copy_n(all.blocks.get() + all.count, own.count, own.blocks.data());
    }

    [[nodiscard]] static bool make_room(Pocket& own) {
        if (!open(own)) return false;
        if (own.count == kPocket) hand_over(own, kBatch);
        return true;
    }

    // The oldest `count` go to the stock, as far as there is room.
    static void hand_over(Pocket& own, std::size_t count) noexcept {
        Stock& all = stock();
        std::size_t kept = 0;
        {
            const std::lock_guard lock(all.mutex);
            kept = std::min(count, kStockMax - all.count);
            std::copy_n(own.blocks.data(), kept, all.blocks.get() + all.count);
            all.count += kept;
        }
        for (std::size_t i = kept; i < count; ++i) drop(own.blocks[i]);
        std::copy(own.blocks.data() + count, own.blocks.data() + own.count, own.blocks.data());
        own.count -= count;
    }
};

// For std::allocate_shared: the object and its count lie in one block of a pool of their size.
template <class T>
class PooledAllocator {
public:
    using value_type = T;
    PooledAllocator() = default;
    template <class Other>
    // NOLINTNEXTLINE(google-explicit-constructor): as allocators are converted
    PooledAllocator(const PooledAllocator<Other>&) noexcept {}

    [[nodiscard]] T* allocate(std::size_t count) {
        static_assert(alignof(T) <= kLine);
        if (!kPooled || count != 1)
            return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{kLine}));
        return static_cast<T*>(Pool::take());
    }
    void deallocate(T* block, std::size_t count) noexcept {
        if (!kPooled || count != 1) return ::operator delete (block, std::align_val_t{kLine});
        Pool::give(block);
    }
    friend bool operator==(const PooledAllocator&, const PooledAllocator&) { return true; }

private:
    static constexpr std::size_t kLine = 64;
    using Pool = BlockPool<(sizeof(T) + kLine - 1) / kLine * kLine>;
#if CEDAR_ASAN
    static constexpr bool kPooled = false;  // so that a use after the end is seen
#else
    static constexpr bool kPooled = true;
#endif
};

template <class T, class... Args>
[[nodiscard]] std::shared_ptr<T> make_pooled(Args&&... args) {
    return std::allocate_shared<T>(PooledAllocator<T>(), std::forward<Args>(args)...);
}

}  // namespace cedar::host::runtime
