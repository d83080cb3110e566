#pragma once
#include "host/core/run.hpp"
#include "tests/support/counting_ids.hpp"
#include "tests/support/event_schema.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/make_component.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace cedar::host {

// Drives one Run by hand and keeps what it wants done. Every event is checked against the schema, the numbering and
// the rule of one terminal event as it comes.
class RunDriver {
public:
    static constexpr std::string_view kFinal = R"({"function":"final","args":{"text":"The answer.","title":"T"}})";

    static constexpr std::size_t kCheckedEvents = 300;

    RunDriver(std::vector<ComponentPtr> components, ChatRequest request, RunLimits limits)
        : run_({7, "0123456789abcdef0123456789abcdef"}, std::move(request), std::move(limits),
               std::make_shared<const Selector>(std::make_shared<const Registry>(std::move(components)),
                                                SelectorLimits{}),
               ids_) {}

    void submit(std::size_t queue_position = 0) {
        does([&] { run_.submitted(now(), queue_position); });
    }
    void admit() {
        does([&] { run_.admitted(now()); });
    }
    void refuse(Error why) {
        does([&] { run_.refused(now(), why); });
    }
    void prepare(Turn turn) {
        if (turn.thread_id == 0) turn.thread_id = 11;
        if (turn.branch_id == 0) turn.branch_id = 1;
        does([&] { run_.prepared(now(), std::move(turn)); });
    }
    void prepare_fails(Error why) {
        does([&] { run_.prepared(now(), std::move(why)); });
    }
    void answer(std::size_t slot, std::string content, std::string debug_prompt = {}) {
        ComponentResult result;
        result.status = ResultStatus::ok;
        result.content = std::move(content);
        result.debug_prompt = std::move(debug_prompt);
        result.duration = std::chrono::microseconds(1500);
        end(slot, std::move(result));
    }
    void fail(std::size_t slot, ResultStatus status, ComponentError error, std::string debug_prompt = {}) {
        ComponentResult result;
        result.status = status;
        result.error = std::move(error);
        result.debug_prompt = std::move(debug_prompt);
        end(slot, std::move(result));
    }
    void end(std::size_t slot, ComponentResult result) {
        const auto started = started_.find(slot);
        result.component = started == started_.end() ? "a.b" : started->second.component->manifest.id;
        result.version = "1.0.0";
        does([&] { run_.ended(now(), slot, std::move(result)); });
    }
    void emit(std::size_t slot, EmitKind kind, const std::string& json) {
        does([&] { run_.emitted(now(), slot, kind, json); });
    }
    void give_up(std::size_t slot, GivenUp how, const std::string& why) {
        does([&] { run_.given_up(now(), slot, how, why); });
    }
    void save(Result<void> result = {}) {
        does([&] { run_.saved(now(), std::move(result)); });
    }
    void cancel(const std::string& reason = "by the user") {
        does([&] { run_.cancel(now(), reason); });
    }
    void pass(std::chrono::microseconds by) {
        clock_.advance(by);
        does([&] { run_.time(now()); });
    }
    // Lets time pass up to the next deadline; false when there is none.
    bool pass_to_deadline() {
        const auto next = run_.next_deadline();
        if (!next) return false;
        pass(std::max(std::chrono::microseconds{0},
                      std::chrono::ceil<std::chrono::microseconds>(*next - now().steady)));
        return true;
    }

    [[nodiscard]] Run& run() { return run_; }
    [[nodiscard]] Now now() const { return clock_.now(); }
    [[nodiscard]] const std::vector<EventPtr>& events() const { return events_; }
    [[nodiscard]] const std::map<std::size_t, StartInvocation>& started() const { return started_; }
    [[nodiscard]] const std::set<std::size_t>& cancelled() const { return cancelled_; }
    [[nodiscard]] const std::vector<SaveOutcome>& saves() const { return saves_; }
    [[nodiscard]] const std::vector<PrepareTurn>& turns() const { return turns_; }
    [[nodiscard]] const std::vector<LogStage>& stages() const { return stages_; }
    [[nodiscard]] bool ended() const { return run_ended_; }

    // "ack", "info submitted", "action component", … in order.
    [[nodiscard]] std::vector<std::string> sequence() const {
        std::vector<std::string> out;
        for (const auto& event : events_) {
            const auto document = parse_json(event->json);
            auto line = std::string(to_string(event->type));
            for (const auto* key : {"stage", "function", "component"})
                if (const auto value = string_member(*document, key); !value.empty())
                    line += ' ' + std::string(value);
            out.push_back(std::move(line));
        }
        return out;
    }
    // The last event's field as text, or its JSON where it is none.
    [[nodiscard]] std::string last(std::string_view key) const {
        if (events_.empty()) return "(no event)";
        const auto document = parse_json(events_.back()->json);
        const auto* value = find_member(*document, key);
        if (value == nullptr) return "(no such field)";
        return value->IsString() ? value->GetString() : to_json(*value);
    }

private:
    template <class F>
    void does(F input) {
        input();
        for (auto& action : run_.take_actions()) {
            EXPECT_FALSE(run_ended_) << "an action after RunEnded";
            std::visit([this](auto& one) { this->take(one); }, action);
        }
        EXPECT_EQ(run_.over(), run_ended_);
    }
    void take(EmitEvent& action) {
        const auto& event = *action.event;
        // A flood is checked at its start and its end: the schema takes its time in a build with sanitizers.
        if (events_.size() < kCheckedEvents || event.terminal()) {
            EXPECT_TRUE(is_event(event.json));
        }
        EXPECT_EQ(event.seq, events_.size() + 1);
        EXPECT_TRUE(events_.empty() || !events_.back()->terminal()) << "an event after the terminal one";
        events_.push_back(std::move(action.event));
    }
    void take(PrepareTurn& action) { turns_.push_back(std::move(action)); }
    void take(StartInvocations& action) {
        for (auto& one : action.batch) {
            EXPECT_TRUE(check_json(*one.body, {.max_bytes = 64 * 1024 * 1024}));
            EXPECT_TRUE(started_.emplace(one.slot, one).second) << "slot " << one.slot << " started twice";
        }
    }
    void take(CancelInvocation& action) {
        EXPECT_TRUE(started_.count(action.slot)) << "cancelled what was not started";
        EXPECT_TRUE(cancelled_.insert(action.slot).second) << "cancelled twice";
    }
    void take(SaveOutcome& action) { saves_.push_back(std::move(action)); }
    void take(LogStage& action) { stages_.push_back(std::move(action)); }
    void take(RunEnded&) {
        EXPECT_TRUE(!events_.empty() && events_.back()->terminal()) << "ended without a terminal event";
        run_ended_ = true;
    }

    FakeClock clock_;
    CountingIds ids_;
    Run run_;
    std::vector<EventPtr> events_;
    std::map<std::size_t, StartInvocation> started_;
    std::set<std::size_t> cancelled_;
    std::vector<SaveOutcome> saves_;
    std::vector<PrepareTurn> turns_;
    std::vector<LogStage> stages_;
    bool run_ended_ = false;
};

}  // namespace cedar::host
