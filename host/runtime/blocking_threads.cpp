#include "host/runtime/blocking_threads.hpp"

#include "host/core/check.hpp"
#include "host/runtime/fault_handler.hpp"
#include "host/runtime/parker.hpp"

#include <sys/prctl.h>
#include <condition_variable>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace cedar::host::runtime {
namespace {

// A thread of the pool: what it runs waits here.
struct BlockingThread final : Waiting {
    void wait() override { parker.park(); }
    void aside(Work&, Aside job, void* argument) override {
        if (!job(argument)) parker.park();
    }
    void wake(Work&) override { parker.unpark(); }

    Parker parker;
    std::shared_ptr<Work> current;  // these two are guarded by the state's mutex
    bool held = false;
};

}  // namespace

// One mutex guards everything here; no foreign code and no destructor of work runs under it.
struct BlockingThreads::State : std::enable_shared_from_this<BlockingThreads::State> {
    explicit State(BlockingThreadsOptions options) : options_(options) {}

    void count_thread() { ++threads_, ++starting_; }  // with mutex_ held, before add_thread()
    bool add_thread();
    void loop();
    [[nodiscard]] std::shared_ptr<Work> take(BlockingThread& thread);
    void put_down(BlockingThread& thread, std::shared_ptr<Work>& finished);
    void run(BlockingThread& thread, Work& work);
    // With mutex_ held. Places are counted without the held ones, of which `extra` may be replaced.
    [[nodiscard]] bool wants_thread() const { return waiting_.size() > idle_ + starting_ && threads_ < places(); }
    [[nodiscard]] std::size_t places() const {
        return options_.threads_max + std::min<std::size_t>(held_, options_.extra);
    }

    const BlockingThreadsOptions options_;
    mutable std::mutex mutex_;
    std::condition_variable work_came_, thread_ended_;
    WorkQueue waiting_;
    std::list<BlockingThread> running_;
    std::size_t threads_ = 0, starting_ = 0, idle_ = 0, held_ = 0;
    bool stopped_ = false;
};

using State = BlockingThreads::State;

// False when the system gives no more threads. count_thread() has been called.
bool State::add_thread() {
    try {
        std::thread([state = shared_from_this()] { state->loop(); }).detach();
        return true;
    } catch (const std::system_error&) {
        const std::lock_guard lock(mutex_);
        --threads_;
        --starting_;
        thread_ended_.notify_all();
        return false;
    }
}

void State::loop() {
    ::prctl(PR_SET_NAME, options_.thread_name, 0, 0, 0);
    const AlternateSignalStack signal_stack;
    std::list<BlockingThread> self(1);
    BlockingThread& thread = self.front();
    {
        const std::lock_guard lock(mutex_);
        running_.splice(running_.begin(), self);
        --starting_;
    }
    while (const auto work = take(thread)) run(thread, *work);
    const std::lock_guard lock(mutex_);
    for (auto it = running_.begin(); it != running_.end(); ++it) {
        if (&*it == &thread) {
            self.splice(self.begin(), running_, it);
            break;
        }
    }
    --threads_;
    thread_ended_.notify_all();
}

void State::run(BlockingThread& thread, Work& work) {
    work.waiting_ = &thread;
    const RunningHere here(work);
    work.run();
    work.finish();
}

// Null: the thread is to end.
std::shared_ptr<Work> State::take(BlockingThread& thread) {
    std::shared_ptr<Work> finished;
    {
        const std::lock_guard lock(mutex_);
        put_down(thread, finished);
    }
    finished.reset();
    std::unique_lock lock(mutex_);
    while (waiting_.empty()) {
        if (stopped_ || threads_ > places()) return nullptr;
        ++idle_;
        const bool timed_out = work_came_.wait_for(lock, options_.idle) == std::cv_status::timeout;
        --idle_;
        if (timed_out && waiting_.empty()) return nullptr;
    }
    if (threads_ > places()) {
        work_came_.notify_one();  // it may be the one that was told of the work
        return nullptr;
    }
    thread.current = waiting_.pop();
    return thread.current;
}

void State::put_down(BlockingThread& thread, std::shared_ptr<Work>& finished) {
    finished = std::move(thread.current);
    if (std::exchange(thread.held, false)) --held_;
}

BlockingThreads::BlockingThreads(BlockingThreadsOptions options) : state_(std::make_shared<State>(options)) {
    CEDAR_CHECK(options.threads_max > 0);
    install_fault_handler();
}

BlockingThreads::~BlockingThreads() {
    stop(SteadyTime::min());
}

void BlockingThreads::submit(std::shared_ptr<Work> work) {
    Work& item = *work;
    const auto keep = work;
    bool more = false;
    {
        const std::lock_guard lock(state_->mutex_);
        if (!state_->stopped_) {
            state_->waiting_.push(std::move(work));
            more = state_->wants_thread();
            if (more)
                state_->count_thread();
            else if (state_->idle_ > 0)
                state_->work_came_.notify_one();
        }
    }
    if (work) return work->refuse("the host is stopping");
    if (!more || state_->add_thread() || usage().threads > 0) return;
    if (withdraw(item)) item.refuse("the system gives no thread");
}

bool BlockingThreads::withdraw(Work& work) {
    const std::lock_guard lock(state_->mutex_);
    return state_->waiting_.remove(work) != nullptr;
}

void BlockingThreads::watch(SteadyTime now) {
    std::size_t more = 0;
    {
        const std::lock_guard lock(state_->mutex_);
        for (auto& thread : state_->running_) {
            if (thread.held || !thread.current) continue;
            const auto overdue = thread.current->overdue_at();
            if (!overdue || now < *overdue) continue;
            thread.held = true;
            ++state_->held_;
        }
        while (!state_->stopped_ && more < state_->waiting_.size() && state_->wants_thread()) {
            state_->count_thread();
            ++more;
        }
    }
    for (; more > 0; --more) state_->add_thread();
}

BlockingThreads::Usage BlockingThreads::usage() const {
    const std::lock_guard lock(state_->mutex_);
    return {state_->threads_, state_->idle_, state_->held_, state_->waiting_.size()};
}

bool BlockingThreads::stop(SteadyTime until) {
    std::vector<std::shared_ptr<Work>> refused;
    {
        const std::lock_guard lock(state_->mutex_);
        state_->stopped_ = true;
        while (auto work = state_->waiting_.pop()) refused.push_back(std::move(work));
        state_->work_came_.notify_all();
    }
    for (const auto& work : refused) work->refuse("the host is stopping");
    std::unique_lock lock(state_->mutex_);
    return state_->thread_ended_.wait_until(lock, until, [this] { return state_->threads_ == 0; });
}

}  // namespace cedar::host::runtime
