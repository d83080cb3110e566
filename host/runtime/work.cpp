#include "host/runtime/work.hpp"

#include "host/core/check.hpp"
#include "host/runtime/fiber.hpp"

#include <utility>

namespace cedar::host::runtime {
namespace {

thread_local Work* t_work = nullptr;

constexpr std::size_t kFetched = 12;  // lines of the cache: an invocation

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
    CEDAR_CHECK(work->queue_ == nullptr);
    Work& item = *work;
    item.queue_ = this;
    item.previous_ = last_;
    item.next_ = nullptr;
    (last_ != nullptr ? last_->next_ : first_) = &item;
    last_ = &item;
    item.self_ = std::move(work);
    ++size_;
}

std::shared_ptr<Work> WorkQueue::pop() {
    return first_ != nullptr ? remove(*first_) : nullptr;
}

// The next one's fiber was fetched when that was the one after.
void WorkQueue::fetch_ahead() const {
    if (first_ == nullptr) return;
    if (first_->fiber_) first_->fiber_->fetch_stack();
    const Work* const after = first_->next_;
    if (after == nullptr) return;
    __builtin_prefetch(after->fiber_.get());
    for (std::size_t line = 1; line < kFetched; ++line)
        __builtin_prefetch(reinterpret_cast<const char*>(after) + line * 64);
}

std::shared_ptr<Work> WorkQueue::remove(Work& work) {
    if (work.queue_ != this) return nullptr;
    (work.previous_ != nullptr ? work.previous_->next_ : first_) = work.next_;
    (work.next_ != nullptr ? work.next_->previous_ : last_) = work.previous_;
    work.previous_ = work.next_ = nullptr;
    work.queue_ = nullptr;
    --size_;
    return std::move(work.self_);
}

}  // namespace cedar::host::runtime
