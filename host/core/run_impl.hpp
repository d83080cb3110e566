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
#include <type_traits>
#include <vector>

namespace cedar::host {

// The state of a run. Its functions are spread by stage: run.cpp (inputs), run_prepare.cpp (the turn, the
// candidates), run_selection.cpp, run_fan_out.cpp, run_aggregation.cpp, run_end.cpp. Private to core.
struct Run::Impl {
    enum class State { created, queued, preparing, selecting, fanning, aggregating, saving, over };

    Impl(Identity who, ChatRequest what, RunLimits bounds, std::shared_ptr<const Selector> selection,
         IdSource& ids);

    // run.cpp
    void submitted(Now now, std::size_t queue_position);
    void admitted(Now now);
    void ended(Now now, std::size_t slot, ComponentResult result);
    void emitted(Now now, std::size_t slot, EmitKind kind, const std::string& json);
    void given_up(Now now, std::size_t slot, GivenUp how, const std::string& why);
    struct Speaker {
        const std::string& id;
        std::string_view shown_as;
        RunSlot* entry;  // of a candidate, or null
    };
    [[nodiscard]] std::optional<Speaker> speaker(std::size_t slot);
    void time(Now now);
    void cancel(Now now, const std::string& reason);
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const;
    template <class Action>
    void act(Action action) {
        if constexpr (std::is_same_v<Action, StartInvocations>)
            for (auto& one : action.batch) one.slot += first_slot;
        if constexpr (std::is_same_v<Action, CancelInvocation>) action.slot += first_slot;
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
    [[nodiscard]] bool has_key(Now now);
    [[nodiscard]] ChatRequest required_too() const;  // the request, with what configuration requires
    void fill_slots(std::vector<Candidate> chosen, const std::vector<std::string>& required);
    [[nodiscard]] std::string role_choices(Role role) const;

    // run_selection.cpp
    [[nodiscard]] bool find_chooser(Now now);  // false: the run has failed
    void ask_chooser(Now now);
    void show_chooser_prompt(Now now, const std::string& prompt, const std::string& hash);
    void chooser_ended(Now now, ComponentResult result);
    void chooser_failed(Now now, const ComponentError& error);
    void chooser_timed_out(Now now);
    [[nodiscard]] std::string chooser_json() const;

    // run_fan_out.cpp
    void dispatch(Now now);
    // Tells, in their order, that the slots before `until` have begun, each once. Before anything else is told of a
    // slot, and before the run goes on to what comes after them.
    void show_begun(Now now, std::size_t until);
    void show_more_begun(Now now);  // of those that are left, some
    [[nodiscard]] std::vector<std::size_t> refuse_inputs(const std::string& body,
                                                         std::vector<std::string>& problems) const;
    void component_ended(Now now, std::size_t slot, ComponentResult result);
    void take_host_ended(Now now);  // timeouts, and what a quorum made needless
    void record(Now now, std::size_t slot, ComponentResult result);
    void fan_out_done(Now now);
    void count_usage(const Usage& more);

    // run_aggregation.cpp
    void aggregate(Now now, const std::optional<Repair>& repair);
    void aggregator_ended(Now now, ComponentResult result);
    void refused_answer(Now now, const std::string& answer, const std::string& problem);
    void aggregator_failed(Now now, const ComponentError& error);
    void show_aggregator_prompt(Now now, const std::string& prompt, const std::string& hash);
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
    ComponentPtr chooser;  // the component of role selector, if one is asked
    bool chooser_runs = false;
    SteadyTime chooser_deadline{};
    std::string chooser_prompt, chooser_prompt_hash;  // the last ones shown
    std::size_t first_slot = 0;  // of the candidates, as seen from outside: the chooser's slot is 0
    ComponentPtr aggregator;
    std::vector<RunSlot> slots;
    std::optional<FanOut> fan_out;
    std::size_t shown_begun = 0;    // slots
    bool gathered = false;          // all have ended, and the aggregator is to be asked
    SteadyTime looked_at{};         // while they run: when time was told last, or they began
    std::size_t emitted_count = 0;  // progress, tokens and prompts taken so far

    std::uint32_t repairs = 0;
    bool aggregator_runs = false;
    SteadyTime aggregator_deadline{};
    std::string aggregator_prompt;  // the last one shown
    ModelUse aggregator_model;      // its repairs included
    std::string aggregator_hash;
    Usage usage;
    std::optional<FinalCall> final_call;

    SteadyTime admitted_at{}, selecting_at{}, dispatched_at{}, aggregating_at{}, answered_at{};
};

}  // namespace cedar::host
