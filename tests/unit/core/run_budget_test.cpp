#include "host/core/run_budget.hpp"

#include "tests/unit/core/run_fixture.hpp"

namespace cedar::host {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{1000s};

TEST(RunBudget, KeepsTheReserves) {
    const auto budget = RunBudget::of(kStart, {}, {});
    EXPECT_EQ(budget.end, kStart + 60s);
    EXPECT_EQ(budget.aggregate_cut, kStart + 59s);
    EXPECT_EQ(budget.fan_out_cut, kStart + 44s);
}

TEST(RunBudget, SharesASmallBudget) {
    ChatRequest request;
    request.timeout = 1s;
    const auto budget = RunBudget::of(kStart, request, {});
    EXPECT_EQ(budget.end, kStart + 1s);
    EXPECT_EQ(budget.aggregate_cut, kStart + 900ms);
    EXPECT_EQ(budget.fan_out_cut, kStart + 400ms);
}

TEST(RunBudget, NeverExceedsWhatConfigurationAllows) {
    ChatRequest request;
    request.timeout = 3600s;
    EXPECT_EQ(RunBudget::of(kStart, request, {}).end, kStart + 600s);
}

TEST(RunDeadline, EndsEachComponentAtItsOwnLimit) {
    const auto quick = make_test_component("a.quick", [](Manifest& m) {
        m.select.always = true;
        m.timeout = 100ms;
    });
    RunDriver d({quick, always("a.slow"), aggregator()}, asking(), usual_limits());
    d.submit();
    d.prepare({});
    EXPECT_EQ(d.run().next_deadline(), d.now().steady + 100ms);
    d.pass(100ms);
    EXPECT_EQ(d.last("text"), "a.quick timeout");
    EXPECT_NE(d.last("call").find("no answer within 100 ms"), std::string::npos);
    EXPECT_EQ(d.cancelled().count(0), 1U);
    d.answer(0, "1");  // late
    EXPECT_EQ(d.last("text"), "a.quick timeout");
    EXPECT_EQ(d.stages().back().status, "late");
    d.answer(1, "1");
    d.answer(2, std::string(RunDriver::kFinal));
    d.save();
    EXPECT_EQ(d.last("coverage"), R"({"selected":2,"ok":1,"timeout":1})");
}

TEST(RunDeadline, LeavesTheAggregatorItsReserve) {
    RunLimits limits = usual_limits();
    limits.budget = 10s;
    limits.aggregator_reserve = 4s;
    RunDriver d = dispatched(asking(), limits);
    d.submit();
    d.prepare({});
    EXPECT_EQ(d.started().at(0).deadline, d.now().steady + 5s);
    d.pass(5s);
    ASSERT_EQ(d.started().count(2), 1U);
    EXPECT_EQ(d.started().at(2).deadline, d.now().steady + 4s);
}

TEST(RunDeadline, CountsTimeInTheQueue) {
    RunDriver d = dispatched();
    d.submit(1);
    d.pass(50s);
    d.admit();
    d.prepare({});
    EXPECT_EQ(d.last("error"), "deadline");
    EXPECT_TRUE(d.started().empty());
    EXPECT_EQ(d.last("detail"), "the time for components was over after 50000 ms of waiting and preparing");
}

TEST(RunDeadline, EndsAWaitThatNeverEnds) {
    for (int stage = 0; stage < 5; ++stage) {
        RunDriver d = dispatched();
        d.submit(stage == 0 ? 1 : 0);
        if (stage >= 2) d.prepare({});
        if (stage >= 3) d.answer(0, "1"), d.answer(1, "1");
        if (stage >= 4) d.answer(2, std::string(RunDriver::kFinal));
        const auto start = d.now().steady;
        while (d.pass_to_deadline()) {}
        EXPECT_TRUE(d.ended()) << stage;
        EXPECT_LE(d.now().steady - start, 60s) << stage;
        EXPECT_EQ(d.last("type"), "error") << stage;
    }
}

TEST(RunDeadline, EndsAtOnceWhenTheClockWasLate) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.pass(2h);
    EXPECT_TRUE(d.ended());
    EXPECT_EQ(d.last("error").find("aggregator: timeout"), 0U);
}

TEST(RunDeadline, SaysThatTheStoreWasTooSlow) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.answer(0, "1");
    d.answer(1, "1");
    d.answer(2, std::string(RunDriver::kFinal));
    d.pass(61s);
    EXPECT_EQ(d.last("error"), "store: the answer could not be stored in time");
    d.save();
    EXPECT_EQ(d.last("type"), "error");
}

TEST(RunQuorum, EndsTheFanOutEarly) {
    auto request = asking();
    request.quorum = 1;
    RunDriver d = dispatched(request);
    d.submit();
    d.prepare({});
    d.answer(1, "1");
    EXPECT_EQ(d.cancelled().count(0), 1U);
    EXPECT_EQ(d.last("text"), "a.one cancelled");
    EXPECT_EQ(d.started().count(2), 1U);
}

TEST(RunQuorum, IsNoErrorWhenFewerAnswer) {
    auto request = asking();
    request.quorum = 5;
    RunDriver d = dispatched(request);
    d.submit();
    d.prepare({});
    d.answer(0, "1");
    d.answer(1, "1");
    EXPECT_EQ(d.started().count(2), 1U);
}

TEST(RunRequired, EndsInAnErrorThatNamesWhatFailed) {
    auto request = asking();
    request.required = {"a.two"};
    RunDriver d = dispatched(request);
    d.submit();
    d.prepare({});
    d.answer(0, "1");
    d.fail(1, ResultStatus::error, {"boom", "m", "", false, ErrorSource::component});
    EXPECT_EQ(d.last("error"), "insufficient_results");
    EXPECT_EQ(d.last("code"), "insufficient_results");
    EXPECT_EQ(d.last("detail"), "required: a.two (error)");
    EXPECT_EQ(d.started().count(2), 0U);
}

TEST(RunRequired, ComesFromConfigurationToo) {
    auto limits = usual_limits();
    limits.required = {"a.none"};
    RunDriver d = dispatched(asking(), limits);
    d.submit();
    d.prepare({});
    EXPECT_EQ(d.last("code"), "not_found");
    EXPECT_EQ(d.last("error"), "required: this host has no component \"a.none\"");
}

TEST(RunCancel, EndsWhatIsRunning) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.answer(0, "1");
    d.cancel("the user left");
    EXPECT_EQ(d.last("error"), "cancelled");
    EXPECT_EQ(d.last("detail"), "the user left");
    EXPECT_EQ(d.cancelled(), std::set<std::size_t>{1});
    ASSERT_EQ(d.saves().size(), 1U);
    EXPECT_FALSE(d.saves()[0].awaited);
}

TEST(RunCancel, EndsTheAggregator) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.answer(0, "1");
    d.answer(1, "1");
    d.cancel();
    EXPECT_EQ(d.cancelled(), std::set<std::size_t>{2});
    EXPECT_TRUE(d.ended());
}

TEST(RunCancel, EndsWhatWaits) {
    RunDriver d = dispatched();
    d.submit(2);
    d.cancel();
    EXPECT_TRUE(d.ended());
    EXPECT_TRUE(d.saves().empty());
}

TEST(RunCancel, IsTooLateWhileTheAnswerIsStored) {
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    d.answer(0, "1");
    d.answer(1, "1");
    d.answer(2, std::string(RunDriver::kFinal));
    d.cancel();
    EXPECT_FALSE(d.ended());
    d.save();
    EXPECT_EQ(d.last("type"), "final");
}

}  // namespace
}  // namespace cedar::host
