#pragma once
#include "host/core/circuit_breaker.hpp"
#include "host/core/manifest.hpp"
#include "host/ports/invoker.hpp"
#include "host/ports/log.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/worker/messages.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cedar::host::runtime {
class ControlThread;
class ServiceTable;
}  // namespace cedar::host::runtime

namespace cedar::host::worker {

class Spawner;

struct WorkerOptions {
    runtime::InvocationLimits limits;
    std::chrono::milliseconds hog_limit{20}, unwind_margin{5};  // as in InProcessOptions
    std::chrono::milliseconds grace{1000};                      // after its deadline or its cancel, before the kill
    unsigned blocking_threads_max = 16;                         // of one worker
    unsigned fibers_max = 1024;                                 // of one worker; what is beyond waits there
    std::size_t open_max = 10000;                         // invocations of one worker not ended; beyond: rejected
    std::uint64_t memory_bytes = std::uint64_t{1} << 30;  // data, heap and stacks of one worker; 0: no limit
    std::uint64_t file_bytes = std::uint64_t{64} << 20;   // of one file that it writes
    unsigned descriptors_max = 256;                       // of one worker
    BreakerOptions breaker;
    unsigned quarantine_crashes = 5;  // of one library within `quarantine_window`; 0: never
    std::chrono::seconds quarantine_window{600};
    std::filesystem::path temp_folder;  // in which each worker gets one of its own; made when missing
};

// A library and those of its components that are in use.
struct WorkerPlugin {
    std::string file;  // for people
    std::string copy;  // the host's own copy, that is mapped
    std::string sha256;
    std::string group;                       // plugins of one group share a worker; empty: a worker of its own
    std::shared_ptr<const void> lease = {};  // kept until the last invoker made for it is gone
    bool confined = true;                    // by seccomp and Landlock
    struct Item {
        Manifest manifest;
        std::string config;  // JSON, checked against the manifest's schema; empty: defaults
    };
    std::vector<Item> components;
};

// Runs components in worker processes: one a plugin, or one a group; started when first needed, kept, replaced when
// it ends. What a worker sends is checked like any foreign input. A component that does not come back is killed
// with its worker `grace` after its deadline (`timeout`); what else that worker held ends as `crashed`, as it does
// when the worker ends by itself. A component that fails so again and again is kept from runs for a while
// (CircuitBreaker), a library for good (quarantine). Thread: any.
class WorkerHost {
public:
    // A library crashed its worker too often: called once for it, on any thread.
    using OnQuarantine = std::function<void(const WorkerPlugin& plugin, const std::string& reason)>;

    // A worker ended by itself or was killed, while it ran something of these libraries, or while it ran nothing.
    // `how`: as Report::last_end. Called once for each end, on any thread, before on_quarantine.
    using OnEnd =
        std::function<void(const std::vector<WorkerPlugin>& plugins, const std::string& how, bool killed)>;

    // All references outlive it.
    WorkerHost(Spawner& spawner, runtime::ControlThread& control, const runtime::ServiceTable& services, Log& log,
               WorkerOptions options, OnQuarantine on_quarantine = {}, OnEnd on_end = {});
    // stop() with a second's grace.
    ~WorkerHost();
    WorkerHost(const WorkerHost&) = delete;
    WorkerHost& operator=(const WorkerHost&) = delete;

    // One invoker for each of its components, in order. Starts nothing yet. A library joins its group's worker,
    // unless that has a component of one of its ids already, is confined otherwise, or is confined and runs: then
    // the group gets another worker, and those that came before stay where they are. When the last
    // invoker of all libraries of a worker is gone, the worker is retired: its process ends, by force after
    // `grace`.
    [[nodiscard]] std::vector<std::shared_ptr<Invoker>> add(WorkerPlugin plugin);

    struct ComponentReport {
        std::string id;
        CircuitBreaker::State circuit = CircuitBreaker::State::closed;
    };
    struct Report {
        std::vector<std::string> files, hashes;  // its libraries
        std::string state;                       // "idle", "starting", "running"
        std::string reason;                      // how it last ended, or why it is quarantined
        int process = 0;                         // 0: none
        std::uint64_t starts = 0, crashes = 0, open = 0;
        std::uint64_t kills = 0;  // of the crashes: for not stopping in time
        std::string last_end;     // "was killed by SIGSEGV: …"; empty: none has ended yet
        SteadyTime last_end_at{};
        std::vector<std::string> quarantined;  // a reason for each of its libraries, or empty
        std::vector<ComponentReport> components;
    };
    [[nodiscard]] std::vector<Report> reports() const;  // without workers that are retired

    // Lets a library run again that was put into quarantine here; its crashes are forgotten.
    void pardon(const std::string& sha256);

    // Of all workers there have been.
    struct Totals {
        std::size_t processes = 0;  // alive
        std::uint64_t starts = 0, crashes = 0;
        std::uint64_t kills = 0;  // of these, for not stopping in time
        std::uint64_t circuit_refusals = 0;
    };
    [[nodiscard]] Totals totals() const;

    // Rejects what comes, ends the workers by themselves or, after `grace`, by force. What runs ends as cancelled.
    void stop(std::chrono::milliseconds grace);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

// What is enforced on a confined worker here, found by starting one. Error unavailable. Blocking.
[[nodiscard]] Result<HelloMessage> try_sandbox(Spawner& spawner, const WorkerOptions& options);

}  // namespace cedar::host::worker
