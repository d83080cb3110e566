#include "host/runtime/work.hpp"

#include "host/core/check.hpp"
#include "host/runtime/fiber.hpp"

#include <utility>

namespace cedar::host::runtime {
namespace {

thread_local Work* t_work = nullptr;

}  // namespace

Work::Work() = default;
Work::~Work() = default;

Work* Work::current() {
    return t_work;
}

bool Work::in_host_code() const noexcept {
    return fiber_ != nullptr && Fiber::current() == nullptr;
}

RunningHere::RunningHere(Work& work) {
    CEDAR_CHECK(t_work == nullptr);
    t_work = &work;
}

RunningHere::~RunningHere() {
    t_work = nullptr;
}

WorkQueue::~WorkQueue() {
    while (pop()) {}
}

void WorkQueue::push(std::shared_ptr<Work> work) {
    insert(std::move(work), last_, nullptr);
}

void WorkQueue::push_front(std::shared_ptr<Work> work) {
    insert(std::move(work), nullptr, first_);
}

void WorkQueue::insert(std::shared_ptr<Work> work, Work* previous, Work* next) {
    CEDAR_CHECK(work->queue_.load(std::memory_order_relaxed) == nullptr);
    Work& item = *work;
    item.queue_.store(this, std::memory_order_relaxed);
    item.previous_ = previous;
    item.next_ = next;
    (previous != nullptr ? previous->next_ : first_) = &item;
    (next != nullptr ? next->previous_ : last_) = &item;
    item.self_ = std::move(work);
    ++size_;
}

std::shared_ptr<Work> WorkQueue::pop() {
    return first_ != nullptr ? remove(*first_) : nullptr;
}

std::shared_ptr<Work> WorkQueue::remove(Work& work) {
    // Only who holds this queue's mutex lets it be this one, or no more.
    if (work.queue_.load(std::memory_order_relaxed) != this) return nullptr;
    (work.previous_ != nullptr ? work.previous_->next_ : first_) = work.next_;
    (work.next_ != nullptr ? work.next_->previous_ : last_) = work.previous_;
    work.previous_ = work.next_ = nullptr;
    work.queue_.store(nullptr, std::memory_order_relaxed);
    --size_;
    return std::move(work.self_);
}

}  // namespace cedar::host::runtime
