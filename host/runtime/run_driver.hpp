#pragma once
#include "host/core/run.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/dispatcher.hpp"
#include "host/runtime/run_inbox.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cedar::host::runtime {

// Drives one core Run: tells it what happens, carries out what it asks for. It lives until the run is over and
// all its invocations have ended.
// Thread: one at a time: first the submitter's, from begin() on the control thread.
class RunDriver final : public std::enable_shared_from_this<RunDriver> {
public:
    RunDriver(ControlThread& control, DispatcherPorts ports, std::unique_ptr<Run> run, std::int64_t project_id);

    // On the submitter's thread, before anything else: the ack.
    void submit(std::size_t queue_position);

    // On the control thread. `on_over` is called once, when the run has ended.
    void begin(std::function<void()> on_over);
    void admit();
    void refuse(const Error& why);
    void cancel(const std::string& reason);

    [[nodiscard]] const std::string& run_id() const { return run_->run_id(); }

private:
    // Results and emissions handled before other tasks and due deadlines get their turn.
    static constexpr std::size_t kItemsAtATime = 64;

    template <class Tell>
    void step(Tell tell);  // tells the run something, and carries out what it wants
    void carry_out();
    void carry_out(const RunAction& action);
    void carry_out(const EmitEvent& action);
    void carry_out(const PrepareTurn& action);
    void carry_out(const StartInvocations& action);
    void carry_out(const CancelInvocation& action);
    void carry_out(const SaveOutcome& action);
    void carry_out(const LogStage& action);
    void carry_out(const RunEnded& action);
    void tell_events();
    void on_prepared(Result<Turn> turn);
    void on_saved(const Result<void>& result, bool awaited);
    void on_inbox();
    void handle(RunInbox::Item& item);
    void log_late(std::size_t slot, const ComponentResult& result);
    void set_timer();
    [[nodiscard]] Now now() const { return control_.clock().now(); }

    ControlThread& control_;
    const DispatcherPorts ports_;
    const std::unique_ptr<Run> run_;
    const std::int64_t project_id_;
    std::int64_t branch_id_ = 0, thread_id_ = 0;
    std::shared_ptr<RunInbox> inbox_;
    std::vector<RunInbox::Item> items_;               // taken from the inbox
    std::size_t handled_ = 0;                         // of them, from the first
    std::vector<std::shared_ptr<Invoker>> invokers_;  // by slot
    std::size_t open_invocations_ = 0;
    std::vector<EventPtr> untold_;     // made, not yet in the log
    std::vector<RunAction> deferred_;  // by submit() for begin()
    std::function<void()> on_over_;
    std::shared_ptr<RunDriver> self_;  // from begin() until all is over
    ControlThread::TimerId timer_ = 0;
    std::optional<SteadyTime> timer_at_;
    bool carrying_out_ = false, over_ = false;
};

}  // namespace cedar::host::runtime
