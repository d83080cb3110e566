#pragma once
#include "host/core/fan_out.hpp"
#include "host/core/final_verifier.hpp"
#include "host/core/run.hpp"
#include "host/core/run_budget.hpp"
#include "host/core/run_documents.hpp"
#include "host/core/run_events.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host {

// The state of a run. Its functions are spread by stage: run.cpp (inputs), run_prepare.cpp (the turn, the
// candidates), run_fan_out.cpp, run_aggregation.cpp, run_end.cpp. Private to core.
struct Run::Impl {
    enum class State { created, queued, preparing, fanning, aggregating, saving, over };

    Impl(Identity who, ChatRequest what, RunLimits bounds, std::shared_ptr<const Selector> chooser, IdSource& ids);

    // run.cpp
    void submitted(Now now, std::size_t queue_position);
    void admitted(Now now);
    void ended(Now now, std::size_t slot, ComponentResult result);
    void emitted(Now now, std::size_t slot, EmitKind kind, const std::string& json);
    void time(Now now);
    void cancel(Now now, const std::string& reason);
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const;
    template <class Action>
    void act(Action action) {
        actions.emplace_back(std::move(action));
    }
    std::string emit(EventPtr event);  // returns its eid
    void log(std::string stage, std::string component, std::string status, std::string message,
             std::chrono::microseconds duration, std::string eid);

    // run_prepare.cpp
    void prepared(Now now, Result<Turn> result);
    void show_turn(Now now);
    [[nodiscard]] bool choose_candidates(Now now);
    [[nodiscard]] bool choose_aggregator(Now now);
    [[nodiscard]] std::string aggregator_choices() const;

    // run_fan_out.cpp
    void dispatch(Now now);
    [[nodiscard]] std::vector<std::size_t> refuse_inputs(const std::string& body,
                                                         std::vector<std::string>& problems) const;
    void component_ended(Now now, std::size_t slot, ComponentResult result);
    void take_host_ended(Now now);  // timeouts, and what a quorum made needless
    void record(Now now, std::size_t slot, ComponentResult result);
    void fan_out_done(Now now);

    // run_aggregation.cpp
    void aggregate(Now now, const std::optional<Repair>& repair);
    void aggregator_ended(Now now, ComponentResult result);
    void refused_answer(Now now, const std::string& answer, const std::string& problem);
    void aggregator_failed(Now now, const ComponentError& error);
    void show_aggregator_prompt(Now now, const std::string& prompt);
    [[nodiscard]] std::size_t aggregator_slot() const { return slots.size() + repairs; }

    // run_end.cpp
    void save(Now now, FinalCall call);
    void saved(Now now, Result<void> result);
    void finish(Now now);
    // Ends the run in an error. `keep`: the store is told, without waiting.
    void fail(Now now, const std::string& error, std::string code, const std::string& detail, bool keep = true);
    void cancel_open();
    [[nodiscard]] TurnOutcome outcome() const;
    [[nodiscard]] bool complete() const;
    [[nodiscard]] std::string aggregator_json() const;
    [[nodiscard]] std::string timing_json(SteadyTime now) const;

    Identity identity;
    ChatRequest request;
    RunLimits limits;
    std::shared_ptr<const Selector> selector;
    RunEvents events;
    RunBudget budget;
    State state = State::created;
    std::vector<RunAction> actions;

    Turn turn;
    std::string prompt;  // prepared, JSON
    bool has_turn = false;
    ComponentPtr aggregator;
    std::vector<RunSlot> slots;
    std::optional<FanOut> fan_out;
    std::size_t emitted_count = 0;  // progress, tokens and prompts taken so far

    std::uint32_t repairs = 0;
    bool aggregator_runs = false;
    SteadyTime aggregator_deadline{};
    std::string aggregator_prompt;  // the last one shown
    Usage usage;
    std::optional<FinalCall> final_call;

    SteadyTime admitted_at{}, dispatched_at{}, aggregating_at{}, answered_at{};
};

}  // namespace cedar::host
