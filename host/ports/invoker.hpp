#pragma once
#include "host/core/component_result.hpp"
#include "host/core/run.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace cedar::host {

// For whom an invocation runs; what services and the log are told. Immutable, shared by a run's invocations.
struct InvocationScope {
    std::int64_t project_id = 0, branch_id = 0, thread_id = 0;
    std::string run_id;
    std::string user_id;
};

// Told what becomes of invocations. Called from any thread, never under a lock of the invoker, and never
// from within Invoker::start.
class InvocationObserver {
public:
    virtual ~InvocationObserver() = default;
    // Exactly once per started invocation, also when it was cancelled or is late.
    virtual void on_ended(std::size_t slot, ComponentResult result) = 0;
    virtual void on_emitted(std::size_t slot, EmitKind kind, std::string json) = 0;
    // It did not come back within its grace. At most once; on_ended follows, after a while or at once, or has just
    // been called.
    virtual void on_given_up(std::size_t slot, GivenUp how, std::string why) {
        static_cast<void>(slot), static_cast<void>(how), static_cast<void>(why);
    }
};

// Runs components: in this process, in a worker process, on another host. Thread: any.
class Invoker {
public:
    virtual ~Invoker() = default;

    // Takes a batch; returns at once. Results are normalised (component_result.hpp) off the caller's thread.
    // `observer` is kept alive until the last on_ended of the batch.
    virtual void start(std::span<const StartInvocation> batch, std::shared_ptr<const InvocationScope> scope,
                       std::shared_ptr<InvocationObserver> observer) = 0;
    // Cancels one invocation of that observer; unknown or ended: nothing happens. Returns at once.
    virtual void cancel(const InvocationObserver& observer, std::size_t slot) = 0;
};

}  // namespace cedar::host
