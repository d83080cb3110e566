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

void WorkQueue::push(std::shared_ptr<Work> work) {
    work->place_.store(base_ + static_cast<std::int64_t>(items_.size()), std::memory_order_relaxed);
    items_.push_back(std::move(work));
    ++size_;
}

void WorkQueue::push_front(std::shared_ptr<Work> work) {
    if (head_ == 0) {
        items_.insert(items_.begin(), nullptr);
        --base_;
    } else {
        --head_;
    }
    work->place_.store(base_ + static_cast<std::int64_t>(head_), std::memory_order_relaxed);
    items_[head_] = std::move(work);
    ++size_;
}

std::shared_ptr<Work> WorkQueue::pop() {
    if (size_ == 0) return nullptr;
    auto work = std::move(items_[head_++]);
    --size_;
    tidy_up();
    return work;
}

std::shared_ptr<Work> WorkQueue::remove(Work& work) {
    // One that is in another queue may have any place.
    const std::int64_t index = work.place_.load(std::memory_order_relaxed) - base_;
    if (index < static_cast<std::int64_t>(head_) || index >= static_cast<std::int64_t>(items_.size()))
        return nullptr;
    auto& item = items_[static_cast<std::size_t>(index)];
    if (item.get() != &work) return nullptr;
    auto out = std::move(item);
    --size_;
    tidy_up();
    return out;
}

void WorkQueue::tidy_up() {
    if (size_ == 0) {
        base_ += static_cast<std::int64_t>(items_.size());
        items_.clear();
        if (items_.capacity() > kRoomMax) items_.shrink_to_fit();
        head_ = 0;
        return;
    }
    while (!items_[head_]) ++head_;
    while (!items_.back()) items_.pop_back();
    if (items_.size() - head_ > 2 * size_) {  // each that stays has seen one leave since it was moved last
        std::erase(items_, nullptr);
        head_ = 0;
        for (std::size_t i = 0; i < size_; ++i)
            items_[i]->place_.store(base_ + static_cast<std::int64_t>(i), std::memory_order_relaxed);
    } else if (head_ > size_) {
        base_ += static_cast<std::int64_t>(head_);
        items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
}

}  // namespace cedar::host::runtime
