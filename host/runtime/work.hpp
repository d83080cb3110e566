#pragma once
#include "host/core/now.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

struct cedar_invocation;

namespace cedar::host::runtime {

class Fiber;
class HostCalls;
class Work;
class WorkQueue;

// How the thread that runs a piece of work lets it wait.
class Waiting {
public:
    virtual ~Waiting() = default;
    // Returns after wake() was called for this work, once a wake. Only from within the work.
    virtual void wait() = 0;
    // Calls `job`, which must not throw, off the work's own stack, which is small and cold. False: wake() will be
    // called for this work; returns after that. True: returns at once. Only from within the work.
    using Aside = bool (*)(void* argument);
    virtual void aside(Work& work, Aside job, void* argument) = 0;
    // Lets others on the same thread have their turn, if there are such. Only from within the work.
    virtual void pause(Work& work) { static_cast<void>(work); }
    // Thread: any. May come before the work has begun to wait; it waits for sure, or has waited.
    virtual void wake(Work& work) = 0;
};

// Something that threads run once: an invocation, or a chore of the host's own. Shared; the queue or
// thread that has it keeps it alive.
class Work : public std::enable_shared_from_this<Work> {
public:
    Work();
    virtual ~Work();
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

    // On a thread of the pool that took it.
    virtual void run() noexcept = 0;
    // After run(), on the same thread, and off the stack that run() had.
    virtual void finish() noexcept {}
    // Instead of both: no thread or stack could be had, or the pool has stopped.
    virtual void refuse(std::string_view why) noexcept = 0;

    // For people; ends with a NUL. Also read by a signal handler.
    [[nodiscard]] virtual const char* name() const noexcept = 0;
    // Whose foreign code runs as a part of it now, as os::Culprit::text(), for a handler of signals; null: none.
    [[nodiscard]] virtual const char* culprit() const noexcept { return nullptr; }
    [[nodiscard]] virtual std::size_t stack_bytes() const noexcept { return 256 * 1024; }

    // Asked just before it would start on a component thread. True: it went elsewhere instead.
    [[nodiscard]] virtual bool diverted() noexcept { return false; }
    // It has held its component thread for so long without a pause.
    virtual void on_hog(std::chrono::milliseconds held) noexcept { static_cast<void>(held); }
    // No other thread takes the place of the one that it holds: so many are held, and the bound is reached.
    virtual void on_no_replacement(std::size_t held_threads) noexcept { static_cast<void>(held_threads); }
    // When a blocking thread that still runs it counts as held; none: never.
    [[nodiscard]] virtual std::optional<SteadyTime> overdue_at() const noexcept { return std::nullopt; }

    // What the host does for this work, if the token is its own: found without looking the token up.
    [[nodiscard]] virtual HostCalls* host_calls(const cedar_invocation& token) const noexcept {
        static_cast<void>(token);
        return nullptr;
    }

    // Fetches what its thread will touch of what it refers to; itself it has been fetched. Asked by the thread that
    // will run it, before it starts or goes on.
    virtual void fetch_parts() const noexcept {}

    // The work that runs on this thread now, or null.
    [[nodiscard]] static Work* current();

    // It has left its stack, and the host works for it. Also asked by a signal handler.
    [[nodiscard]] bool in_host_code() const noexcept;

    // Where it runs; set by the pool before run(). Thread: the pool's and the work's own.
    [[nodiscard]] Waiting& waiting() const { return *waiting_; }

private:
    friend class WorkQueue;
    friend class RunningHere;
    friend class ComponentThreads;
    friend class ComponentThread;
    friend class BlockingThreads;

    Waiting* waiting_ = nullptr;
    std::unique_ptr<Fiber> fiber_;    // while started on a component thread
    Waiting::Aside aside_ = nullptr;  // these two while it has left its stack for that
    void* aside_argument_ = nullptr;
    std::shared_ptr<Work> self_;  // while suspended
    // In the queue that it was put into last. Guarded by that queue's mutex, but for who asks another queue for it.
    std::atomic<std::int64_t> place_{0};
};

// Marks the work as the one that runs on this thread, for Work::current() and for the fault handler.
class RunningHere {
public:
    explicit RunningHere(Work& work);
    ~RunningHere();
    RunningHere(const RunningHere&) = delete;
    RunningHere& operator=(const RunningHere&) = delete;
};

// First in, first out; any element leaves in constant time, on the average. Work is in one queue at most. To take
// what is first touches nothing of the work itself: of thousands that wait it is in no cache, and others wait for
// the mutex. Not thread-safe: guarded by its owner's mutex.
class WorkQueue {
public:
    WorkQueue() = default;
    WorkQueue(const WorkQueue&) = delete;
    WorkQueue& operator=(const WorkQueue&) = delete;

    void push(std::shared_ptr<Work> work);
    void push_front(std::shared_ptr<Work> work);
    [[nodiscard]] std::shared_ptr<Work> pop();  // null when empty
    // The queue's reference, or null when the work is not in this queue.
    [[nodiscard]] std::shared_ptr<Work> remove(Work& work);
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

private:
    static constexpr std::size_t kRoomMax = 16384;  // kept of what a burst took

    void tidy_up();

    // From `head_` on, with null where something has left: of these at most as many as there are others, and the
    // first and the last never.
    std::vector<std::shared_ptr<Work>> items_;
    std::size_t head_ = 0, size_ = 0;
    std::int64_t base_ = 0;  // the place of items_[0]
};

}  // namespace cedar::host::runtime
