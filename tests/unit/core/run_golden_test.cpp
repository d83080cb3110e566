#include "tests/support/golden.hpp"
#include "tests/unit/core/run_fixture.hpp"

namespace cedar::host {
namespace {

using namespace std::chrono_literals;

std::string transcript(const RunDriver& d) {
    std::string out;
    for (const auto& event : d.events())
        out += masked(masked(event->json, R"("eid":")", "\""), R"("t":")", "\"") + '\n';
    return out;
}

Turn fresh_turn() {
    Turn turn;
    turn.title_changed = true;
    turn.thread_title = "How do I w";
    turn.history_json = R"([{"role":"user","title":"","content":"How do I write a component?"}])";
    return turn;
}

TEST(RunGolden, PlainChatWithDebug) {
    auto request = asking("How do I write a component?");
    request.debug = true;
    RunDriver d = dispatched(request);
    d.submit();
    d.pass(2ms);
    d.prepare(fresh_turn());
    d.pass(3ms);
    d.answer(
        0, R"({"summary":"Summary: How do I write a component?"})",
        R"([{"role":"system","content":"Be short."},{"role":"user","content":"…"},{"role":"user","content":"Component: a.one"}])");
    d.pass(4ms);
    d.answer(1, R"({"results":[]})");
    d.pass(5ms);
    d.emit(2, EmitKind::token, R"({"text":"The answer."})");
    d.answer(2, std::string(RunDriver::kFinal));
    d.pass(1ms);
    d.save();
    EXPECT_TRUE(matches_golden("run_plain.txt", transcript(d)));
}

TEST(RunGolden, PartialAnswerAfterATimeout) {
    RunDriver d = dispatched();
    d.submit(1);
    d.pass(10ms);
    d.admit();
    d.prepare({});
    d.answer(1, "\"two\"");
    d.pass(15s);
    d.answer(2, R"({"function":"final","args":{"text":"Half an answer.","run_summary":["one is missing"]}})");
    d.save();
    EXPECT_TRUE(matches_golden("run_partial.txt", transcript(d)));
}

TEST(RunGolden, AggregatorFailsAfterARepair) {
    RunDriver d = dispatched(asking(), usual_limits(), 1);
    d.submit();
    d.prepare({});
    d.fail(0, ResultStatus::invalid_output,
           {"invalid_output", "expected type string at /summary, got 5", "", false, ErrorSource::schema});
    d.answer(1, "1");
    d.emit(2, EmitKind::prompt, R"({"messages":[{"role":"system","content":"Aggregate."}]})");
    d.answer(2, R"({"function":"answer"})");
    d.answer(3, "\"no\"");
    EXPECT_TRUE(matches_golden("run_aggregator_failure.txt", transcript(d)));
}

TEST(RunGolden, Cancelled) {
    RunDriver d = dispatched(asking(""));
    d.submit();
    d.prepare({});
    d.cancel("the user pressed stop");
    EXPECT_TRUE(matches_golden("run_cancelled.txt", transcript(d)));
}

}  // namespace
}  // namespace cedar::host
