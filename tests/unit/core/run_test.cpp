#include "host/core/run.hpp"

#include "tests/unit/core/run_fixture.hpp"

#include <algorithm>

namespace cedar::host {
namespace {

using namespace std::chrono_literals;
using List = std::vector<std::string>;

constexpr auto kFinal = RunDriver::kFinal;

TEST(Run, EndsInAFinalAfterEveryStep) {
    auto request = asking();
    request.debug = true;
    RunDriver d = dispatched(request);
    d.submit();
    Turn turn;
    turn.title_changed = true;
    turn.thread_title = "Why?";
    d.prepare(turn);
    d.answer(1, R"({"n":1})", R"([{"role":"system","content":"s"}])");
    d.answer(0, "2");
    d.answer(2, std::string(kFinal), R"([{"role":"system","content":"agg"}])");
    EXPECT_FALSE(d.ended());
    d.save();
    EXPECT_TRUE(d.ended());
    EXPECT_EQ(d.sequence(), (List{"ack", "info submitted", "info planning", "action thread_update", "message",
                                  "action processing", "prompt", "debug", "action component", "action component",
                                  "debug a.two", "action component_result", "action component_result",
                                  "debug aggregator", "info finalizing", "final"}));
    EXPECT_EQ(d.last("text"), "The answer.");
    EXPECT_EQ(d.last("status"), "complete");
    EXPECT_EQ(d.last("coverage"), R"({"selected":2,"ok":2})");
    EXPECT_EQ(d.last("missing"), "[]");
    EXPECT_EQ(d.last("aggregator"), R"({"id":"agg.one","version":"1.0.0","llm":false,"repairs":0})");
}

TEST(Run, DispatchesAllBeforeTheFirstResultAndReportsInOrderOfCompletion) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    const auto dispatches = d.events().size();
    d.answer(1, "1");
    EXPECT_EQ(d.last("text"), "a.two ok");
    EXPECT_EQ(d.events().size(), dispatches + 1);
    d.answer(0, "1");
    EXPECT_EQ(d.last("text"), "a.one ok");
}

TEST(Run, LeavesOutWhatAnEmptyRequestHasNot) {
    RunDriver d = dispatched(asking(""));
    d.submit();
    d.prepare({});
    EXPECT_EQ(d.sequence(),
              (List{"ack", "info submitted", "info planning", "prompt", "action component", "action component"}));
}

TEST(Run, GivesEveryComponentTheSameBody) {
    auto request = asking("What \"is\" it?");
    request.file_id = 5;
    RunDriver d = dispatched(request);
    d.submit();
    d.prepare({});
    ASSERT_EQ(d.started().size(), 2U);
    EXPECT_EQ(d.started().at(0).body, d.started().at(1).body);
    EXPECT_EQ(
        *d.started().at(0).body,
        R"({"text":"What \"is\" it?","query":"What \"is\" it?","project_id":7,"branch_id":1,"thread_id":11,"file_id":5})");
}

TEST(Run, GivesTheAggregatorOneEntryPerComponentInStableOrder) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.fail(1, ResultStatus::error, {"boom", "It broke.", "d", true, ErrorSource::provider});
    d.answer(0, R"({"n":1})");
    ASSERT_EQ(d.started().count(2), 1U);
    const auto body = parse_json(*d.started().at(2).body);
    ASSERT_TRUE(body);
    EXPECT_EQ(
        to_json((*body)["candidates"]),
        R"([{"name":"a.one","version":"1.0.0","ok":true,"status":"ok","summary":{"n":1},"error":null,"reason":"always","duration_ms":1.5},)"
        R"({"name":"a.two","version":"1.0.0","ok":false,"status":"error","summary":null,"error":{"code":"boom","message":"It broke.","detail":"d","retryable":true,"source":"provider"},"reason":"always","duration_ms":0}])");
    EXPECT_EQ(to_json((*body)["request"]), R"({"text":"Why?","project_id":7,"branch_id":1,"thread_id":11})");
    EXPECT_GE((*body)["messages"].Size(), 3U);
    EXPECT_FALSE(body->HasMember("repair"));
}

TEST(Run, AggregatesAnEmptyListWhenNothingWasSelected) {
    RunDriver d({aggregator()}, asking(), usual_limits());
    d.submit();
    d.prepare({});
    ASSERT_EQ(d.started().count(0), 1U);
    EXPECT_NE(d.started().at(0).body->find(R"("candidates":[])"), std::string::npos);
    d.answer(0, std::string(kFinal));
    d.save();
    EXPECT_EQ(d.last("coverage"), R"({"selected":0,"ok":0})");
}

TEST(Run, RefusesABodyThatAComponentsSchemaRefuses) {
    const auto picky = make_test_component("a.picky", [](Manifest& m) {
        m.select.always = true;
        m.input_schema = R"({"required":["file_id"]})";
    });
    RunDriver d({picky, always("a.two"), aggregator()}, asking(), usual_limits());
    d.submit();
    d.prepare({});
    EXPECT_EQ(d.started().count(0), 0U);
    EXPECT_EQ(d.started().count(1), 1U);
    EXPECT_EQ(d.last("text"), "a.picky error");
    EXPECT_NE(d.last("call").find(R"("code":"invalid_input","message":"expected required property \"file_id\")"),
              std::string::npos);
    d.answer(1, "1");
    EXPECT_EQ(d.started().count(2), 1U);
}

TEST(Run, MarksAnAnswerThatLacksComponentsAsPartial) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.answer(0, "1");
    d.fail(1, ResultStatus::crashed, {"crashed", "m", "", false, ErrorSource::host});
    d.answer(2, std::string(kFinal));
    d.save();
    EXPECT_EQ(d.last("status"), "partial");
    EXPECT_EQ(d.last("coverage"), R"({"selected":2,"ok":1,"crashed":1})");
    EXPECT_EQ(d.last("missing"), R"([{"component":"a.two","status":"crashed"}])");
}

TEST(Run, SavesBeforeItEndsAndSaysWhatWasSaid) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.answer(0, "1");
    d.answer(1, "1");
    d.answer(2, std::string(kFinal));
    ASSERT_EQ(d.saves().size(), 1U);
    const auto& saved = d.saves()[0];
    EXPECT_TRUE(saved.awaited);
    EXPECT_TRUE(saved.outcome.ok);
    EXPECT_EQ(saved.outcome.text, "The answer.");
    EXPECT_EQ(saved.outcome.title, "T");
    EXPECT_EQ(saved.outcome.final_json, kFinal);
    EXPECT_EQ(saved.outcome.thread_id, 11);
    EXPECT_TRUE(check_json(saved.outcome.results_json));
    EXPECT_TRUE(check_json(saved.outcome.prompt_json));
    EXPECT_FALSE(d.ended());
}

TEST(Run, EndsInAnErrorWhenTheStoreFails) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.answer(0, "1");
    d.answer(1, "1");
    d.answer(2, std::string(kFinal));
    d.save(Error{ErrorCode::io, "the disk is full", "ENOSPC"});
    EXPECT_EQ(d.last("error"), "store: the disk is full");
    EXPECT_EQ(d.last("code"), "io");
    EXPECT_EQ(d.last("detail"), "ENOSPC");
    EXPECT_EQ(d.saves().size(), 1U);
}

TEST(Run, EndsInAnErrorWhenTheTurnCannotBeOpened) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare_fails({ErrorCode::unavailable, "it is closed", ""});
    EXPECT_EQ(d.last("error"), "store: it is closed");
    EXPECT_TRUE(d.saves().empty());

    RunDriver unknown = dispatched();
    unknown.submit();
    unknown.prepare_fails({ErrorCode::not_found, "thread 5 is not of this project", ""});
    EXPECT_EQ(unknown.last("error"), "thread 5 is not of this project");
    EXPECT_EQ(unknown.last("code"), "not_found");
}

TEST(Run, ShowsProgressAndTokensOfWhatIsRunning) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.emit(0, EmitKind::progress, R"({"text":"half"})");
    EXPECT_EQ(d.last("text"), "half");
    EXPECT_EQ(d.last("component"), "a.one");
    d.answer(0, "1");
    const auto before = d.events().size();
    d.emit(0, EmitKind::progress, R"({"text":"too late"})");
    d.emit(9, EmitKind::token, R"({"text":"no such slot"})");
    d.emit(1, EmitKind::token, "not json");
    EXPECT_EQ(d.events().size(), before);
    d.answer(1, "1");
    d.emit(2, EmitKind::token, R"({"text":"The "})");
    EXPECT_EQ(d.last("type"), "token");
    EXPECT_EQ(d.last("component"), "aggregator");
}

TEST(Run, ShowsWhomTheHostHasGivenUpWhileItWaitsForOthers) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.give_up(0, GivenUp::killed, "its worker process was killed");
    EXPECT_EQ(d.sequence().back(), "info killed a.one");
    EXPECT_EQ(d.last("text"), "its worker process was killed");
    d.answer(0, "1");
    d.answer(1, "1");
    d.give_up(1, GivenUp::written_off, "its thread is written off");
    EXPECT_EQ(d.sequence().back(), "info written_off a.two");
    const auto before = d.events().size();
    d.give_up(2, GivenUp::killed, "the aggregator's end is the run's");
    d.give_up(9, GivenUp::killed, "no such slot");
    EXPECT_EQ(d.events().size(), before);
    d.answer(2, std::string(RunDriver::kFinal));
    d.save();
    ASSERT_TRUE(d.ended());
    const auto at_end = d.events().size();
    d.give_up(0, GivenUp::killed, "too late");
    EXPECT_EQ(d.events().size(), at_end);
}

TEST(Run, BoundsWhatAFloodingComponentShows) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    const auto before = d.events().size();
    for (int i = 0; i < 10500; ++i) d.emit(0, EmitKind::progress, R"({"text":"x"})");
    EXPECT_EQ(d.events().size(), before + 10000);
}

TEST(Run, ShowsAPromptThatWasEmittedWithTheResult) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.emit(0, EmitKind::prompt, R"({"messages":[{"role":"user","content":"p"}]})");
    d.answer(0, "1");
    const auto all = d.sequence();
    ASSERT_GE(all.size(), 2U);
    EXPECT_EQ(all[all.size() - 2], "debug a.one");
}

TEST(Run, SaysWhereItStandsInTheQueue) {
    RunDriver d = dispatched();
    d.submit(3);
    EXPECT_TRUE(d.turns().empty());
    EXPECT_EQ(d.sequence(), (List{"ack", "info submitted"}));
    EXPECT_NE(d.events()[0]->json.find(R"("queue_position":3)"), std::string::npos);
    d.admit();
    d.admit();
    EXPECT_EQ(d.turns().size(), 1U);
}

TEST(Run, EndsInAnErrorWhenItIsRefused) {
    RunDriver d = dispatched();
    d.submit(5);
    d.refuse({ErrorCode::limit, "1000 runs are waiting already", ""});
    EXPECT_TRUE(d.ended());
    EXPECT_EQ(d.last("code"), "limit");
    EXPECT_EQ(d.last("error"), "1000 runs are waiting already");
}

TEST(Run, ChangesNothingAfterItsEnd) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.cancel();
    const auto events = d.events().size();
    d.answer(0, "1");
    d.emit(1, EmitKind::token, R"({"text":"x"})");
    d.save();
    d.pass(1h);
    d.cancel();
    EXPECT_EQ(d.events().size(), events);
    EXPECT_FALSE(d.run().next_deadline());
}

TEST(Run, LogsEachStage) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.answer(0, "1");
    d.answer(1, "1");
    d.answer(2, std::string(kFinal));
    d.save();
    List stages;
    for (const auto& stage : d.stages()) stages.push_back(stage.stage + ' ' + stage.component + ' ' + stage.status);
    EXPECT_EQ(stages, (List{"ACK  started", "DISPATCH a.one ", "DISPATCH a.two ", "COMPLETE a.one ok",
                            "COMPLETE a.two ok", "AGGREGATE agg.one ok", "COMPLETE  complete"}));
}

}  // namespace
}  // namespace cedar::host
