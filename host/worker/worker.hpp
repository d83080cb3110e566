#pragma once
#include "host/ports/service.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/rate_budget.hpp"
#include "host/runtime/service_table.hpp"
#include "host/worker/worker_host.hpp"
#include "host/worker/worker_link.hpp"

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace cedar::host::worker {

struct WorkerCounts {
    std::atomic<std::uint64_t> starts{0}, crashes{0}, kills{0}, circuit_refusals{0};
};

// What all workers share; outlived by the owner of the WorkerHost.
struct WorkerContext {
    Spawner& spawner;
    runtime::ControlThread& control;
    const runtime::ServiceTable& services;
    Log& log;
    const WorkerOptions options;
    const WorkerHost::OnQuarantine on_quarantine;
    const WorkerHost::OnEnd on_end;
    WorkerLoop loop{};
    WorkerCounts counts{};

    [[nodiscard]] SteadyTime now() const { return control.clock().now().steady; }
};

// One component running once in a worker. Guarded by its worker's mutex.
struct RemoteInvocation {
    std::size_t component = 0;  // index in its worker
    ComponentPtr target;
    std::shared_ptr<const std::string> body;
    std::shared_ptr<const InvocationScope> scope;
    std::shared_ptr<InvocationObserver> observer;
    std::size_t slot = 0;
    SteadyTime deadline{}, unwind_at{}, limit{};  // limit: after which its worker is killed
    bool sent = false, cancelled = false, overdue = false, denied = false;
    runtime::RateBudget emits{0, 0};
    std::size_t emitted_bytes = 0;
    std::map<std::uint64_t, Service::Cancel> calls;  // not replied to
    std::string debug_prompt, prompt_hash;
    ModelUse model;
};

// A result that the host decides itself; what is known of its prompt goes with it.
[[nodiscard]] ComponentResult failed(const RemoteInvocation& invocation, ResultStatus status, std::string code,
                                     std::string message, bool retryable = false);

// A worker as the host sees it: some libraries, at most one process at a time, the invocations that have not ended.
// Lock discipline: its mutex guards everything; a link's is taken under it; no observer, service or log is called
// under it.
class Worker final : public LinkOwner, public std::enable_shared_from_this<Worker> {
public:
    Worker(std::shared_ptr<WorkerContext> context, std::string name);

    // The index of its first component.
    [[nodiscard]] std::size_t add(WorkerPlugin plugin);
    void start(std::size_t component, std::span<const StartInvocation> batch,
               const std::shared_ptr<const InvocationScope>& scope,
               const std::shared_ptr<InvocationObserver>& observer);
    void cancel(const InvocationObserver& observer, std::size_t slot);
    [[nodiscard]] WorkerHost::Report report() const;
    void pardon(const std::string& sha256);
    void finish();                  // refuse what comes, let the process end
    void kill(std::string reason);  // the process, if there is one
    [[nodiscard]] bool has_process() const;
    // Whether this one can be loaded beside what is there.
    [[nodiscard]] bool may_join(const WorkerPlugin& plugin) const;

    std::string on_frame(WorkerLink& link, const Frame& frame) override;
    void on_output(std::string_view text) override;
    void on_end(WorkerLink& link, const std::string& how) override;

private:
    struct Entry {
        Manifest manifest;
        std::string config;
        std::size_t plugin = 0;
        CircuitBreaker breaker;
    };
    struct Ended {
        RemoteInvocation invocation;
        ComponentResult result;
    };
    using Open = std::map<std::uint64_t, RemoteInvocation>;

    // With the mutex held.
    [[nodiscard]] std::string refusal(Entry& entry, std::string& code);
    void send_invoke(std::uint64_t id, RemoteInvocation& invocation);
    void send_load(std::size_t plugin);
    [[nodiscard]] bool wants_process() const;
    [[nodiscard]] bool count_crash(const std::vector<bool>& plugins, const std::string& how);
    [[nodiscard]] std::vector<Service::Cancel> take_calls(RemoteInvocation& invocation);
    [[nodiscard]] bool spend_emit(RemoteInvocation& invocation, std::size_t bytes);
    void arm(SteadyTime limit);
    [[nodiscard]] ComponentResult lost(RemoteInvocation& invocation, const std::string& how);
    [[nodiscard]] std::vector<Ended> take_lost(const std::string& how, std::vector<bool>& involved);

    void spawn();
    void on_spawned(Result<Spawned> made);
    void introduce(WorkerLink& link);
    void look_for_overdue();
    void reject_later(std::vector<Ended> refused);
    static void tell(std::vector<Ended>& ended);
    [[nodiscard]] StartMessage start_message(const std::string& temp_folder) const;

    [[nodiscard]] std::string on_ended(const Frame& frame);
    [[nodiscard]] std::string on_call(const Frame& frame);
    [[nodiscard]] std::string on_cancel_call(const Frame& frame);
    [[nodiscard]] std::string on_emit(const Frame& frame);
    [[nodiscard]] std::string on_log(const Frame& frame);
    [[nodiscard]] std::string on_hello(const Frame& frame);
    [[nodiscard]] std::string on_loaded(const Frame& frame);
    void on_reply(std::uint64_t call, std::uint64_t id, ServiceReply reply);
    void pass_on(std::uint64_t id, EmitKind kind, std::string json);
    void note(LogLevel level, const std::string& message, std::string_view component = {}) const;

    const std::shared_ptr<WorkerContext> context_;
    const std::string name_;  // for people

    mutable std::mutex mutex_;
    std::vector<WorkerPlugin> plugins_;
    std::vector<std::string> quarantined_;  // a reason for each plugin, or empty
    std::vector<std::deque<SteadyTime>> crash_times_;
    std::vector<Entry> entries_;
    Open open_;
    std::uint64_t last_id_ = 0;
    std::shared_ptr<WorkerLink> link_;
    std::string temp_folder_;  // of the process that runs
    bool starting_ = false, stopping_ = false, answered_ = false;
    SteadyTime armed_{};  // when look_for_overdue comes next; zero: not
    std::string last_end_;
    SteadyTime last_end_at_{};
    std::uint64_t starts_ = 0, crashes_ = 0, kills_ = 0;
    runtime::RateBudget lines_;
};

}  // namespace cedar::host::worker
