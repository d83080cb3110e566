#pragma once
#include "host/core/chat_request.hpp"
#include "host/core/component_result.hpp"
#include "host/core/event.hpp"
#include "host/core/now.hpp"
#include "host/core/selector.hpp"
#include "host/core/turn.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cedar::host {

class IdSource;

inline constexpr std::string_view kBuiltinSelector = "builtin";

struct RunLimits {
    std::chrono::milliseconds budget{60000};              // from submission to terminal event, queue time included
    std::chrono::milliseconds max_budget{600000};         // a request may ask for up to this
    std::chrono::milliseconds aggregator_reserve{15000};  // the fan-out never eats it; at most half of the budget
    std::chrono::milliseconds save_reserve{1000};         // kept for storing the outcome; at most a tenth
    std::optional<std::uint32_t> quorum;                  // this many ok end the fan-out early; fewer is no error
    std::vector<std::string> required;                    // not ok: error "insufficient_results"
    std::string aggregator;                               // id that configuration chose; empty: none
    std::string selector;                                 // likewise; empty or kBuiltinSelector: none
    std::chrono::milliseconds selector_timeout{10000};    // also at most half of the time for components
    std::size_t max_document_bytes = 8 * 1024 * 1024;     // of the input of an aggregator or a selector
    std::size_t max_shown_emissions = 10000;              // progress, tokens and prompts that one run shows
    std::string missing_key;  // what to do about it; not empty: whoever must use a model cannot
    bool test_mode = false;   // models answer by rule: each final says so
};

// What to start: one slot of a run. First comes the selector, if a component is one; then the candidates in stable
// order; then the aggregator and its repairs.
struct StartInvocation {
    std::size_t slot = 0;
    ComponentPtr component;
    std::shared_ptr<const std::string> body;  // JSON; one object shared by all candidates
    SteadyTime deadline{};
};

// Outputs, in the order in which they are to be carried out.
struct EmitEvent {
    EventPtr event;
};
struct PrepareTurn {
    TurnRequest request;
};  // answer with prepared()
struct StartInvocations {
    std::vector<StartInvocation> batch;
};  // each answered by ended() exactly once
struct CancelInvocation {
    std::size_t slot = 0;
};  // its outcome may still arrive: it is late
struct SaveOutcome {
    TurnOutcome outcome;
    bool awaited = true;
};                 // answer with saved() if awaited
struct LogStage {  // one line a stage: ACK DISPATCH COMPLETE AGGREGATE ERROR
    std::string stage, component, status, message;
    std::chrono::microseconds duration{0};
    std::string eid;
};
struct RunEnded {};  // last action; exactly once
using RunAction =
    std::variant<EmitEvent, PrepareTurn, StartInvocations, CancelInvocation, SaveOutcome, LogStage, RunEnded>;

enum class EmitKind { progress, token, prompt };

// What the host has done about an invocation that did not come back in time: killed its worker process, or written
// its thread off.
enum class GivenUp { killed, written_off };

// One request: submitted, admitted, prepared, selected, dispatched, aggregated, verified, saved, ended. Sans-I/O:
// what happens is told to it, what is to be done comes out of take_actions(), in order. It numbers its
// events, and it ends with exactly one terminal event whatever is told to it, in any order, at the latest
// when told the time of its last deadline. Inputs after the end change nothing.
// Not thread-safe: one strand a run.
class Run {
public:
    struct Identity {
        std::int64_t project_id = 0;
        std::string run_id;  // 32 hex
    };

    Run(Identity identity, ChatRequest request, RunLimits limits, std::shared_ptr<const Selector> selector,
        IdSource& ids);
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    // Inputs. Each does nothing where it has no meaning: a second submitted(), anything after the end.
    //
    // The clock of the budget starts here. Emits ack and info submitted; with queue_position 0 it goes on as if
    // admitted() had been called, which may be called all the same.
    void submitted(Now now, std::size_t queue_position);
    void admitted(Now now);                   // a place is free: asks for the turn
    void refused(Now now, const Error& why);  // no place, and the queue is full: ends in an error
    void prepared(Now now, Result<Turn> turn);
    // The outcome of a slot. One that comes after its slot was decided is late: logged, nothing else.
    void ended(Now now, std::size_t slot, ComponentResult result);
    // `json` as the boundary has it (cedar/abi.h): {"text"} for progress and token, {"messages"} for prompt; the
    // host adds "prompt_hash". A candidate's prompt is shown with its result, the aggregator's and the selector's
    // at once. At most max_shown_emissions a run are shown.
    void emitted(Now now, std::size_t slot, EmitKind kind, const std::string& json);
    // A candidate's slot, decided or not. Shown as long as others are waited for; `why` for people.
    void given_up(Now now, std::size_t slot, GivenUp how, const std::string& why);
    void saved(Now now, Result<void> result);
    // Call at next_deadline() or whenever. Of many slots whose time is over it takes some at a time, so that its
    // caller can serve others in between: next_deadline() is then in the past.
    void time(Now now);
    // Ends as error "cancelled"; reason goes to detail. Too late, and ignored, while the answer is being stored.
    void cancel(Now now, const std::string& reason);

    // Outputs.
    [[nodiscard]] std::vector<RunAction> take_actions();
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const;  // none once ended
    [[nodiscard]] bool over() const;
    [[nodiscard]] const std::string& run_id() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host
