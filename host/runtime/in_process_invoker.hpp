#pragma once
#include "host/core/circuit_breaker.hpp"
#include "host/core/fetch.hpp"
#include "host/core/manifest.hpp"
#include "host/os/culprit.hpp"
#include "host/ports/invoker.hpp"
#include "host/runtime/in_process_runtime.hpp"

#include <cedar/abi.h>

#include <boost/container/small_vector.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>

namespace cedar::host::runtime {

class Invocation;

// One component's instance, and its invocations that have not ended. Keeps to the manifest's concurrency: what is
// beyond waits here in order.
// Lock discipline: its mutex guards its maps and counts; nothing else is locked or called under it.
class InProcessInvoker final : public Invoker, public std::enable_shared_from_this<InProcessInvoker> {
public:
    // Calls the entry's `create`. Blocking: as long as it takes.
    [[nodiscard]] static Result<std::shared_ptr<Invoker>> create(std::shared_ptr<InProcessRuntime> runtime,
                                                                 const cedar_entry& entry, const Manifest& manifest,
                                                                 std::string_view config_json,
                                                                 std::shared_ptr<const void> lease,
                                                                 std::shared_ptr<const os::Culprit> culprit);
    InProcessInvoker(std::shared_ptr<InProcessRuntime> runtime, const cedar_entry& entry, Manifest manifest,
                     void* instance, std::shared_ptr<const void> lease, std::shared_ptr<const os::Culprit> culprit);
    ~InProcessInvoker() override;  // the entry's `destroy`, on a chore thread; then the lease goes

    void start(std::span<const StartInvocation> batch, std::shared_ptr<const InvocationScope> scope,
               std::shared_ptr<InvocationObserver> observer) override;
    void cancel(const InvocationObserver& observer, std::size_t slot) override;

    // For its invocations.
    [[nodiscard]] cedar_status invoke(cedar_invocation token, const cedar_request& request,
                                      std::string& thrown) const;
    void leave(Invocation& invocation);     // it has ended: frees its place
    void withdraw(Invocation& invocation);  // it will not start: out of any queue
    void hogged(std::chrono::milliseconds held);
    [[nodiscard]] bool divert(Invocation& invocation);  // to the blocking threads, if that is where it belongs
    void stuck(const std::string& why);                 // one of its invocations has not come back
    void came_back(const Invocation& invocation);       // one that was not stuck has ended
    [[nodiscard]] CircuitBreaker::State circuit(SteadyTime now) const;
    [[nodiscard]] bool has_cancel_hook() const { return entry_.cancel != nullptr; }
    void call_cancel_hook(cedar_invocation token);
    [[nodiscard]] const Manifest& manifest() const { return manifest_; }
    [[nodiscard]] const char* culprit() const noexcept { return culprit_ ? culprit_->text() : nullptr; }
    // Fetches what an invocation that starts or goes on will touch of this.
    void fetch_parts() const {
        fetch(this, kHot);
        fetch(&manifest_.needs, kLimits);
    }
    [[nodiscard]] InProcessRuntime& runtime() const { return *runtime_; }

private:
    // Bytes: up to the manifest; of the manifest, from what it needs to its stack.
    static constexpr std::size_t kHot = 320, kLimits = 64;

    void start_one(std::shared_ptr<Invocation> invocation);
    void dispatch(std::shared_ptr<Invocation> invocation);
    [[nodiscard]] bool keep_out(Invocation& invocation);  // true: its breaker is open, and it is ended

    // What every invocation touches lies together.
    const std::shared_ptr<InProcessRuntime> runtime_;
    const cedar_entry entry_;
    void* const instance_;
    std::atomic<bool> blocking_;
    std::atomic<bool> troubled_{false};  // the breaker has failures to count

    mutable std::mutex mutex_;
    boost::container::small_vector<std::shared_ptr<Invocation>, 1>
        open_;                  // few: a run has one slot for a component
    WorkQueue waiting_;         // beyond the concurrency
    std::uint32_t places_ = 0;  // in use

    const Manifest manifest_;
    std::shared_ptr<const void> lease_;
    const std::shared_ptr<const os::Culprit> culprit_;  // may be null
    CircuitBreaker breaker_;
};

}  // namespace cedar::host::runtime
