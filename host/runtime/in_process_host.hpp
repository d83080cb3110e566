#pragma once
#include "host/core/circuit_breaker.hpp"
#include "host/core/component_result.hpp"
#include "host/core/error.hpp"
#include "host/core/manifest.hpp"
#include "host/ports/invoker.hpp"
#include "host/ports/log.hpp"

#include <cedar/abi.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::os {
class Culprit;
}

namespace cedar::host::runtime {

class ControlThread;
class IdleSource;
class ServiceTable;

// What one invocation may use; beyond it the component is answered CEDAR_LIMIT.
struct InvocationLimits {
    std::size_t answer_bytes = std::size_t{1} << 20;
    std::size_t error_bytes = 64 * 1024;                 // of `fail`
    std::size_t calls_at_once = 64;                      // requests in one `call`
    std::size_t call_body_bytes = std::size_t{1} << 20;  // of one request
    std::size_t emit_bytes = 256 * 1024;                 // of one emission
    std::size_t emit_bytes_total = std::size_t{4} << 20;
    std::uint32_t emits_at_once = 256, emits_per_second = 1000;
    std::size_t log_bytes = 4096;  // of one line
    std::uint32_t logs_at_once = 100, logs_per_second = 50;
};

struct InProcessOptions {
    unsigned component_threads = 0;        // 0: one a core
    unsigned component_threads_extra = 8;  // replacements for threads that are held by a component
    unsigned blocking_threads_max = 64;
    unsigned blocking_threads_extra = 64;            // replacements for threads held beyond their deadline
    std::chrono::milliseconds blocking_idle{10000};  // a thread without work ends after that
    std::chrono::milliseconds hog_limit{20};         // a fiber that holds its thread longer is a hog; 0: never
    std::chrono::milliseconds unwind_margin{5};      // calls fail this much before the deadline, at most a 20th of
                                                     // what was left, so that a component can still say something
    std::size_t fibers_max = 16384;                  // started and not ended; what is beyond waits
    std::size_t fibers_idle_max = 1024;              // stacks kept for the next burst
    std::size_t queue_max = 100000;                  // invocations that wait to start; beyond: rejected
    InvocationLimits limits;
    // A component that has not come back so long after its deadline is stuck: its thread is written off. Stuck so
    // many times in a row, it is kept from runs for a while.
    std::chrono::milliseconds grace{1000};
    BreakerOptions breaker{.failures = 0};
    // Told of each invocation that is stuck, once, on the control thread. `lease`: as given to make_invoker().
    std::function<void(const std::string& component, const void* lease, const std::string& why)> on_stuck = {};
    // Makes a result of what came back over the boundary, where the component ran. A worker process does not judge:
    // its host does.
    ComponentResult (*judge)(const Component&, RawOutcome&&, std::size_t max_output_bytes) = &normalise;
    IdleSource* source = nullptr;  // with one component thread: what it waits for at rest; outlives the host
};

// Runs components of loaded libraries in this process: async ones on fibers of a few component threads, blocking
// ones on an elastic pool of threads. A component that holds its thread is run as blocking from then on.
//
// Lock discipline: one mutex for all queues (never held while foreign code runs), one a component, one a slot;
// none is taken while another is held, but a slot's inside none.
// Thread: any.
class InProcessHost {
public:
    // `control`, `services` and `log` must outlive it.
    InProcessHost(ControlThread& control, const ServiceTable& services, Log& log, InProcessOptions options = {});
    // stop() with a second's grace.
    ~InProcessHost();
    InProcessHost(const InProcessHost&) = delete;
    InProcessHost& operator=(const InProcessHost&) = delete;

    // What libraries are given at `init`. Valid for the life of the process, also after this object is
    // gone: every function then answers CEDAR_STALE.
    [[nodiscard]] const cedar_host* table() const;

    // Creates an instance of the manifest's component with `config_json` (empty: defaults) and returns what runs
    // it. Error invalid_argument (CEDAR_INVALID_CONFIG), not_found, internal ...: the message names the component
    // and has the text that `create` gave to `fail`. The instance is destroyed, off the component threads, when the
    // invoker and its last invocation are gone.
    // `entry` stays valid for the life of the process; its `init` has succeeded, and `lease` is kept until
    // `destroy` has returned. `culprit`: for the crash note, if the component ends the process. Blocking: as long
    // as `create`.
    [[nodiscard]] Result<std::shared_ptr<Invoker>> make_invoker(const cedar_entry& entry, const Manifest& manifest,
                                                                std::string_view config_json = {},
                                                                std::shared_ptr<const void> lease = {},
                                                                std::shared_ptr<const os::Culprit> culprit = {});

    // A component found to hold its thread: run as blocking since then.
    struct Hog {
        std::string component;
        std::chrono::milliseconds held{0};  // when it was found
    };
    [[nodiscard]] std::vector<Hog> hogs() const;

    // The breaker of a component that was stuck; of others there is nothing to be said.
    struct Circuit {
        const Invoker* invoker = nullptr;  // to be compared only
        CircuitBreaker::State state = CircuitBreaker::State::closed;
    };
    [[nodiscard]] std::vector<Circuit> circuits() const;

    struct Usage {
        std::size_t component_threads = 0;  // alive, held ones included
        std::size_t held_threads = 0;       // held by a component beyond the limit or its deadline
        std::size_t blocking_threads = 0;
        std::size_t waiting = 0;  // invocations not yet started
        std::size_t running = 0;  // started and not ended
        std::size_t fibers = 0;   // stacks in existence, idle ones included
        std::uint64_t stale = 0;  // uses of an invocation after its end, or never one
        std::uint64_t dropped_emits = 0, dropped_logs = 0, second_answers = 0;
        std::uint64_t stuck = 0;             // invocations that did not come back in time
        std::uint64_t circuit_refusals = 0;  // invocations that a breaker kept from starting
    };
    [[nodiscard]] Usage usage() const;

    // Cancels what runs, rejects what comes, ends the threads. True: all threads have ended. False: after `grace`
    // components still hold threads; these are left behind and the process should end without running destructors
    // of what they may use. Calling it again waits again.
    bool stop(std::chrono::milliseconds grace);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host::runtime
