#pragma once
#include "host/core/now.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace cedar::host::runtime {

// Deadlines, soonest first; equal ones in the order they were set. A binary heap whose entries know where they are,
// so that a deadline that was met is taken out at once and none lingers.
// Not thread-safe.
class DeadlineHeap {
public:
    using Task = std::function<void()>;
    using Id = std::uint64_t;  // 0 is none; an id is never given twice

    [[nodiscard]] Id push(SteadyTime when, Task task);
    // The task of a deadline that had not fired; empty otherwise.
    [[nodiscard]] Task erase(Id id);
    // The task of the soonest deadline at or before `now`; empty when there is none.
    [[nodiscard]] Task pop_due(SteadyTime now);

    [[nodiscard]] std::optional<SteadyTime> next() const;
    [[nodiscard]] std::size_t size() const { return heap_.size(); }
    void clear();

private:
    struct Node {
        SteadyTime when{};
        std::uint64_t order = 0;
        std::uint32_t cell = 0;
    };
    struct Cell {
        std::uint32_t generation = 1;
        std::uint32_t position = 0;  // in heap_
        bool used = false;
        Task task;
    };
    [[nodiscard]] static bool before(const Node& a, const Node& b);
    void place(std::size_t position, const Node& node);
    void sift_up(std::size_t position, const Node& node);
    void sift_down(std::size_t position, const Node& node);
    [[nodiscard]] std::uint32_t take_cell();
    [[nodiscard]] Task remove_at(std::size_t position);

    std::vector<Node> heap_;
    std::vector<Cell> cells_;
    std::vector<std::uint32_t> free_;
    std::uint64_t order_ = 0;
};

}  // namespace cedar::host::runtime
