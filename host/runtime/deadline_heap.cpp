#include "host/runtime/deadline_heap.hpp"

#include <utility>

namespace cedar::host::runtime {
namespace {

constexpr std::uint64_t make_id(std::uint32_t cell, std::uint32_t generation) {
    return (std::uint64_t{generation} << 32) | cell;
}

}  // namespace

bool DeadlineHeap::before(const Node& a, const Node& b) {
    return a.when != b.when ? a.when < b.when : a.order < b.order;
}

void DeadlineHeap::place(std::size_t position, const Node& node) {
    heap_[position] = node;
    cells_[node.cell].position = static_cast<std::uint32_t>(position);
}

void DeadlineHeap::sift_up(std::size_t position, const Node& node) {
    while (position > 0) {
        const std::size_t parent = (position - 1) / 2;
        if (!before(node, heap_[parent])) break;
        place(position, heap_[parent]);
        position = parent;
    }
    place(position, node);
}

void DeadlineHeap::sift_down(std::size_t position, const Node& node) {
    for (;;) {
        std::size_t child = 2 * position + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
        if (!before(heap_[child], node)) break;
        place(position, heap_[child]);
        position = child;
    }
    place(position, node);
}

std::uint32_t DeadlineHeap::take_cell() {
    if (free_.empty()) {
        cells_.emplace_back();
        return static_cast<std::uint32_t>(cells_.size() - 1);
    }
    const std::uint32_t cell = free_.back();
    free_.pop_back();
    return cell;
}

DeadlineHeap::Id DeadlineHeap::push(SteadyTime when, Task task) {
    const std::uint32_t cell = take_cell();
    cells_[cell].used = true;
    cells_[cell].task = std::move(task);
    const Node node{when, ++order_, cell};
    heap_.push_back(node);
    sift_up(heap_.size() - 1, node);
    return make_id(cell, cells_[cell].generation);
}

DeadlineHeap::Task DeadlineHeap::remove_at(std::size_t position) {
    const std::uint32_t cell = heap_[position].cell;
    const Node last = heap_.back();
    heap_.pop_back();
    if (position < heap_.size()) {
        if (position > 0 && before(last, heap_[(position - 1) / 2])) {
            sift_up(position, last);
        } else {
            sift_down(position, last);
        }
    }
    Cell& freed = cells_[cell];
    freed.used = false;
    ++freed.generation;
    free_.push_back(cell);
    return std::exchange(freed.task, Task{});
}

DeadlineHeap::Task DeadlineHeap::erase(Id id) {
    const auto cell = static_cast<std::uint32_t>(id);
    const auto generation = static_cast<std::uint32_t>(id >> 32);
    if (cell >= cells_.size() || !cells_[cell].used || cells_[cell].generation != generation) return {};
    return remove_at(cells_[cell].position);
}

DeadlineHeap::Task DeadlineHeap::pop_due(SteadyTime now) {
    if (heap_.empty() || heap_.front().when > now) return {};
    return remove_at(0);
}

std::optional<SteadyTime> DeadlineHeap::next() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().when;
}

void DeadlineHeap::clear() {
    while (!heap_.empty()) {
        [[maybe_unused]] const Task dropped = remove_at(heap_.size() - 1);
    }
}

}  // namespace cedar::host::runtime
