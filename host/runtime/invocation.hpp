#pragma once
#include "host/core/component_result.hpp"
#include "host/core/run.hpp"
#include "host/ports/invoker.hpp"
#include "host/runtime/call_group.hpp"
#include "host/runtime/deadline_watch.hpp"
#include "host/runtime/host_calls.hpp"
#include "host/runtime/rate_budget.hpp"
#include "host/runtime/work.hpp"

#include <cedar/abi.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cedar::host::runtime {

class InProcessInvoker;

// One component running once: waits, runs, ends; each exactly once, or goes from waiting straight to its end.
// Whoever moves it there tells the observer. Lock discipline: its mutex guards what the component said and the open
// call; nothing is called under it.
class Invocation final : public Work, public HostCalls, public Watched {
public:
    Invocation(std::shared_ptr<InProcessInvoker> owner, const StartInvocation& start,
               std::shared_ptr<const InvocationScope> scope, std::shared_ptr<InvocationObserver> observer);

    void register_token();  // before anything else
    void watch_deadline();  // stops it a little before its deadline; by whoever has it then

    // Cancels it (CEDAR_CANCELLED) or tells it that its time is over (CEDAR_DEADLINE); the first counts.
    void stop(cedar_status why);
    // Ends it as rejected, off this thread.
    void reject_later(const std::string& code, const std::string& why);
    [[nodiscard]] bool has_run() const { return invoked_; }

    [[nodiscard]] const InvocationObserver* observer() const { return observer_id_; }
    [[nodiscard]] std::size_t slot() const { return slot_; }
    [[nodiscard]] cedar_invocation token() const { return token_; }

    // Guarded by the invoker's mutex.
    bool has_place = false;      // of its component's concurrency
    std::size_t open_index = 0;  // among the invoker's that have not ended
    bool kept_out = false;       // by its component's breaker; set before it is ended

    // Work
    void run() noexcept override;
    void finish() noexcept override;
    void refuse(std::string_view why) noexcept override;
    [[nodiscard]] const char* name() const noexcept override;
    [[nodiscard]] const char* culprit() const noexcept override;
    [[nodiscard]] std::size_t stack_bytes() const noexcept override;
    void fetch_parts() const noexcept override;
    [[nodiscard]] bool diverted() noexcept override;
    void on_hog(std::chrono::milliseconds held) noexcept override;
    void on_no_replacement(std::size_t held_threads) noexcept override;
    [[nodiscard]] std::optional<SteadyTime> overdue_at() const noexcept override;
    [[nodiscard]] HostCalls* host_calls(const cedar_invocation& token) const noexcept override;

    // Watched
    void on_deadline() override;
    [[nodiscard]] std::shared_ptr<Watched> keep() override;

    // HostCalls
    cedar_status answer(std::string_view body) override;
    cedar_status fail(std::string_view error) override;
    cedar_status call(const cedar_call* requests, std::size_t count, cedar_reply* replies) override;
    cedar_status emit(std::string_view kind, std::string_view body) override;
    cedar_status log(cedar_log_level level, std::string_view message) override;
    [[nodiscard]] bool is_cancelled() override { return stopped() != CEDAR_OK; }
    void abandon() override { stop(CEDAR_CANCELLED); }

private:
    enum class Phase : std::uint8_t { waiting, running, ended };

    [[nodiscard]] bool move_on(Phase from, Phase to);
    [[nodiscard]] cedar_status stopped();  // CEDAR_OK while it may go on
    [[nodiscard]] cedar_status stopped(SteadyTime now);
    [[nodiscard]] ComponentResult failure(ResultStatus status, std::string code, std::string message) const;
    [[nodiscard]] ComponentResult result_of(RawOutcome&& outcome) const noexcept;
    [[nodiscard]] ComponentResult result_of_stop() const;
    void invoke(SteadyTime begun);
    void watch_return();
    void look_whether_stuck();
    void conclude(bool had_started, ComponentResult&& result);

    struct Ask;
    [[nodiscard]] cedar_status ask_services(const cedar_call* requests, std::size_t count, cedar_reply* replies);
    [[nodiscard]] bool issue_all(Ask& ask) noexcept;
    [[nodiscard]] Service::Cancel issue(const cedar_call& request, std::size_t index,
                                        const std::shared_ptr<CallGroup>& group);
    [[nodiscard]] cedar_status open_group(std::shared_ptr<CallGroup> group);
    void lend_replies(const CallGroup& group, cedar_reply* out);
    void note_prompt(const ServiceReply& reply);
    void note_model(const ServiceReply& reply);
    [[nodiscard]] cedar_status spend_emit(std::size_t bytes);
    void pass_on(EmitKind kind, std::string json);
    void tell(EmitKind kind, std::string json);

    const std::shared_ptr<InProcessInvoker> owner_;
    const ComponentPtr component_;
    const std::shared_ptr<const std::string> body_;
    const std::shared_ptr<const InvocationScope> scope_;
    const InvocationObserver* const observer_id_;
    const std::size_t slot_;
    const SteadyTime deadline_, unwind_at_;
    bool watched_ = false;  // its deadline is
    bool invoked_ = false;  // the outcome is the component's own
    cedar_invocation token_{0, 0};

    std::atomic<Phase> phase_{Phase::waiting};
    std::atomic<cedar_status> stop_{CEDAR_OK};
    std::atomic<bool> hook_called_{false}, return_watched_{false}, stuck_{false};

    std::mutex mutex_;
    std::shared_ptr<InvocationObserver> observer_;  // null once ended
    RawOutcome outcome_;
    bool returned_ = false;             // what it said counts no more, and is its thread's alone
    std::shared_ptr<CallGroup> group_;  // its call; then its replies, lent until its next call or its end
    RateBudget emit_budget_, log_budget_;
    std::size_t emitted_bytes_ = 0;

    SteadyTime paused_at_{};  // when its thread last could do something else
};

}  // namespace cedar::host::runtime
