#pragma once
#include "host/runtime/component_threads.hpp"
#include "host/runtime/fiber_cache.hpp"
#include "host/runtime/parker.hpp"
#include "host/runtime/thread_probe.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace cedar::host::runtime {

// One thread of ComponentThreads. What it has started is its own: others reach it through `woken_` alone.
class ComponentThread final : public Waiting, public std::enable_shared_from_this<ComponentThread> {
public:
    explicit ComponentThread(ComponentThreads::State& state);

    void loop();  // the thread's main function
    void unpark();

    void wait() override;
    void aside(Work& work, Aside job, void* argument) override;
    void pause(Work& work) override;
    void wake(Work& work) override;

private:
    friend struct ComponentThreads::State;

    [[nodiscard]] Work* take();
    [[nodiscard]] std::shared_ptr<Work> put_down();
    void change_to(std::shared_ptr<Work> work);
    void collect_woken();
    [[nodiscard]] std::shared_ptr<Work> pick_up_own();
    void fetch_ready();
    [[nodiscard]] std::shared_ptr<Work> pick_up_waiting();
    [[nodiscard]] std::shared_ptr<Work> pick_up_batched();
    [[nodiscard]] std::shared_ptr<Work> steal();  // with the state's mutex held
    void fetch_batch();
    void hand_search_on();
    void rest();
    void sleep();
    void trim();
    [[nodiscard]] bool wait_for_source();
    void start(Work& work);
    void run_on(Work& work, bool begin);

    const std::shared_ptr<ComponentThreads::State> keep_;  // who wakes it may come as it ends
    ComponentThreads::State& state_;
    FiberCache fibers_;
    Parker parker_;
    std::atomic<std::thread::id> polls_{};  // its own id while it waits for the source

    // The thread's own. What has started and does not run keeps itself (self_).
    std::deque<Work*> ready_;
    std::size_t fetched_ = 0;    // of those that are ready, from the first
    std::size_t suspended_ = 0;  // and ready
    std::vector<Work*> collected_;
    std::shared_ptr<Work> running_;

    std::mutex woken_mutex_;  // taken last
    std::vector<Work*> woken_;

    // Guarded by step_mutex_, which may be taken inside the state's: what the watchdog looks at.
    std::mutex step_mutex_;
    std::deque<std::shared_ptr<Work>> batch_;  // taken from what waits, not started; filled under the state's too
    Work* current_ = nullptr;                  // running_, or for a moment what was before it and lives in a queue
    std::uint64_t steps_ = 0;                  // one more each time work is taken or put down
    std::atomic<bool> held_{false};            // written with both

    // Written under the state's mutex.
    std::atomic<bool> at_rest_{false}, searching_{false};
    bool retiring_ = false;  // read under it too

    // The watchdog's notes, guarded by the state's mutex.
    ThreadProbe probe_{};
    bool probe_set_ = false;
    std::uint64_t seen_steps_ = 0;
    SteadyTime seen_at_{};
    std::chrono::nanoseconds seen_cpu_{};
    unsigned seen_blocked_ = 0;  // looks in a row
};

// Shared by the threads. One mutex guards what has not started and the threads' standing; no foreign code, no
// allocation of stacks and no destructor of work runs under it.
struct ComponentThreads::State : std::enable_shared_from_this<ComponentThreads::State> {
    explicit State(ComponentThreadsOptions options) : options_(options), fibers_(options.fibers_idle_max) {}

    bool add_thread();
    // With mutex_ held.
    [[nodiscard]] std::shared_ptr<ComponentThread> enlist();
    [[nodiscard]] bool run(const std::shared_ptr<ComponentThread>& thread);
    void remove_thread(ComponentThread& thread);
    // With mutex_ held: the thread to wake for waiting work, if one is worth it.
    [[nodiscard]] std::shared_ptr<ComponentThread> thread_to_wake();
    [[nodiscard]] bool has_room() const { return started_ < options_.fibers_max; }
    void free_fiber();  // one that had started has ended
    void wake_all();    // with mutex_ held
    // With mutex_ held: what threads have taken and not started.
    template <class Use>
    void each_batch(Use use);
    [[nodiscard]] std::size_t active() const;  // with mutex_ held
    void come_back(ComponentThread& thread);   // a thread that was held has put its work down

    struct Suspect {
        std::shared_ptr<ComponentThread> thread;
        std::shared_ptr<Work> work;
        std::uint64_t steps = 0;
        std::chrono::nanoseconds held{}, cpu{};
        ThreadProbe probe;
    };
    [[nodiscard]] std::vector<Suspect> suspects(SteadyTime now);
    [[nodiscard]] bool guilty(const Suspect& suspect);
    void replace(const Suspect& suspect);
    void return_batch(ComponentThread& thread);            // with mutex_ and its step_mutex_ held
    void return_batches();                                 // with mutex_ held
    [[nodiscard]] bool mark_held(const Suspect& suspect);  // with mutex_ held; false: it has moved on

    const ComponentThreadsOptions options_;
    mutable std::mutex mutex_;
    std::condition_variable thread_ended_;
    WorkQueue waiting_;
    std::vector<std::shared_ptr<ComponentThread>> threads_;
    std::vector<ComponentThread*> at_rest_;
    std::size_t searching_ = 0, held_ = 0;
    bool stopped_ = false;
    std::atomic<bool> source_taken_{false};
    FiberStock fibers_;
    std::atomic<std::size_t> started_{0};
};

template <class Use>
void ComponentThreads::State::each_batch(Use use) {
    for (const auto& thread : threads_) {
        const std::lock_guard step(thread->step_mutex_);
        use(thread->batch_);
    }
}

}  // namespace cedar::host::runtime
