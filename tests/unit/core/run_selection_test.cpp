#include "tests/support/golden.hpp"
#include "tests/unit/core/run_fixture.hpp"

namespace cedar::host {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kPicksOne = R"({"components":[{"id":"a.two","reason":"it knows"}]})";

ComponentPtr chooser(std::chrono::milliseconds timeout = 15s) {
    return make_test_component("pick.one", [timeout](Manifest& m) {
        m.role = Role::selector;
        m.timeout = timeout;
    });
}

RunLimits choosing_limits() {
    auto limits = usual_limits();
    limits.selector = "pick.one";
    return limits;
}

// a.one is always asked by the built-in selection, a.two never. The selector has slot 0, the candidates follow.
RunDriver choosing(ChatRequest request = asking(), RunLimits limits = choosing_limits()) {
    return {{always("a.one"), make_test_component("a.two"), aggregator(), chooser(),
             make_test_component("t.tool", [](Manifest& m) { m.role = Role::tool; })},
            std::move(request),
            std::move(limits)};
}

void reach_selector(RunDriver& d) {
    d.submit();
    d.prepare({});
}

TEST(RunSelection, AsksTheSelectorWithTheEligibleComponents) {
    auto request = asking("Why \"so\"?");
    request.file_id = 5;
    RunDriver d = choosing(request);
    reach_selector(d);
    ASSERT_EQ(d.started().size(), 1U);
    EXPECT_EQ(d.started().at(0).component->manifest.id, "pick.one");
    EXPECT_EQ(
        *d.started().at(0).body,
        R"({"request":{"text":"Why \"so\"?","project_id":7,"branch_id":1,"thread_id":11,"file_id":5,"file_type":"",)"
        R"("file_structure":""},"max":1000,"components":[)"
        R"({"id":"a.one","version":"1.0.0","summary":"","tags":[],"input":{},"timeout_ms":15000,"required":false,)"
        R"("suggestion":"always"},)"
        R"({"id":"a.two","version":"1.0.0","summary":"","tags":[],"input":{},"timeout_ms":15000,"required":false,)"
        R"("suggestion":null}],"omitted":0})");
}

TEST(RunSelection, AsksThoseThatTheSelectorNamedAndThenAggregates) {
    RunDriver d = choosing();
    reach_selector(d);
    d.pass(2ms);
    d.answer(0, std::string(kPicksOne));
    ASSERT_EQ(d.started().count(1), 1U);
    EXPECT_EQ(d.started().at(1).component->manifest.id, "a.two");
    d.answer(1, "\"two\"");
    ASSERT_EQ(d.started().count(2), 1U);
    EXPECT_EQ(d.started().at(2).component->manifest.id, "agg.one");
    EXPECT_NE(d.started().at(2).body->find(R"("reason":"pick.one: it knows")"), std::string::npos);
    d.answer(2, std::string(RunDriver::kFinal));
    d.save();
    EXPECT_EQ(d.last("selector"), R"({"id":"pick.one","version":"1.0.0","llm":false})");
    EXPECT_EQ(d.last("coverage"), R"({"selected":1,"ok":1})");
}

TEST(RunSelection, AddsWhatIsRequiredAndNotNamed) {
    auto request = asking();
    request.required = {"a.one"};
    RunDriver d = choosing(request);
    reach_selector(d);
    d.answer(0, std::string(kPicksOne));
    ASSERT_EQ(d.started().size(), 3U);
    EXPECT_EQ(d.started().at(2).component->manifest.id, "a.one");
    d.answer(1, "1");
    d.fail(2, ResultStatus::error, {"e", "no", "", false, ErrorSource::component});
    EXPECT_EQ(d.last("error"), "insufficient_results");
}

TEST(RunSelection, MayNameNobody) {
    RunDriver d = choosing();
    reach_selector(d);
    d.answer(0, R"({"components":[]})");
    ASSERT_EQ(d.started().count(1), 1U);
    EXPECT_EQ(d.started().at(1).component->manifest.id, "agg.one");
}

// The answer of the selector, and how the run ends.
struct Refusal {
    std::string answer, error;
};
void PrintTo(const Refusal& refusal, std::ostream* out) {
    *out << refusal.answer;
}
class RunSelectionRefusals : public testing::TestWithParam<Refusal> {};

TEST_P(RunSelectionRefusals, EndInAnErrorThatNamesThePlace) {
    auto limits = choosing_limits();
    RunDriver d = choosing(asking(), limits);
    reach_selector(d);
    d.answer(0, GetParam().answer);
    EXPECT_EQ(d.last("error"), "selector: invalid_output: " + GetParam().error);
    EXPECT_EQ(d.last("code"), "invalid_output");
    EXPECT_EQ(d.started().size(), 1U) << "nobody else was asked";
    EXPECT_TRUE(d.cancelled().empty());
    ASSERT_EQ(d.saves().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    All, RunSelectionRefusals,
    testing::Values(
        Refusal{R"(["a.one"])", R"(expected {"components": [{"id", "reason"}]}, got an array)"},
        Refusal{R"({"components":["a.one"]})",
                R"(components[0]: expected {"id": string, "reason": string}, got "a.one")"},
        Refusal{R"({"components":[{"reason":"x"}]})", "components[0].id: expected a component's id, got nothing"},
        Refusal{R"({"components":[{"id":"a.one","reason":5}]})", "components[0].reason: expected a string, got 5"},
        Refusal{R"({"components":[{"id":"a.one"},{"id":"no.such"}]})",
                R"(components[1].id: expected one of the components given, got the unknown "no.such")"},
        Refusal{R"({"components":[{"id":"agg.one"}]})",
                R"(components[0].id: expected one of the components given, got the aggregator "agg.one")"},
        Refusal{R"({"components":[{"id":"t.tool"}]})",
                R"(components[0].id: expected one of the components given, got the tool "t.tool")"},
        Refusal{R"({"components":[{"id":"pick.one"}]})",
                R"(components[0].id: expected one of the components given, got the selector "pick.one")"},
        Refusal{R"({"components":[{"id":"a.one"},{"id":"a.one"}]})",
                R"(components[1].id: expected each component once, got "a.one" a second time)"}));

TEST(RunSelection, RefusesMoreThanTheCap) {
    std::string answer = R"({"components":[)";
    for (int i = 0; i < 1001; ++i) answer += R"({"id":"a.one"},)";
    answer.back() = ']';
    RunDriver d = choosing();
    reach_selector(d);
    d.answer(0, answer + '}');
    EXPECT_EQ(d.last("error"),
              "selector: invalid_output: components: expected at most 1000 [run.candidates_max], got 1001");
}

TEST(RunSelection, EndsInAnErrorWhenTheSelectorFails) {
    RunDriver d = choosing();
    reach_selector(d);
    d.fail(0, ResultStatus::error, {"llm_error", "The model said no.", "500", true, ErrorSource::provider},
           R"([{"role":"system","content":"pick"}])");
    EXPECT_EQ(d.sequence()[d.events().size() - 2], "debug selector");
    EXPECT_EQ(d.last("error"), "selector: llm_error: The model said no.");
    EXPECT_EQ(d.last("detail"), "500");
    EXPECT_EQ(d.started().size(), 1U);
}

TEST(RunSelection, EndsInAnErrorWhenTheSelectorIsTooSlow) {
    RunDriver d({always("a.one"), aggregator(), chooser(40ms)}, asking(), choosing_limits());
    reach_selector(d);
    d.pass(39ms);
    EXPECT_FALSE(d.ended());
    ASSERT_TRUE(d.pass_to_deadline());
    EXPECT_EQ(d.last("error"), "selector: timeout: pick.one gave no answer in time");
    EXPECT_EQ(d.last("detail"), "40 ms after it was asked");
    EXPECT_TRUE(d.cancelled().count(0));
    d.answer(0, std::string(kPicksOne));
    EXPECT_EQ(d.started().size(), 1U) << "a late answer changes nothing";
}

TEST(RunSelection, LeavesTheComponentsHalfOfTheirTime) {
    auto request = asking();
    request.timeout = 1000ms;  // 100 ms for the store, 500 ms for the aggregator, so 400 ms here
    RunDriver d = choosing(request);
    reach_selector(d);
    EXPECT_EQ(*d.run().next_deadline() - d.now().steady, 200ms);
}

TEST(RunSelection, KeepsToTheConfiguredTime) {
    auto limits = choosing_limits();
    limits.selector_timeout = 70ms;
    RunDriver d = choosing(asking(), limits);
    reach_selector(d);
    EXPECT_EQ(*d.run().next_deadline() - d.now().steady, 70ms);
}

TEST(RunSelection, CancelsTheSelectorWithTheRun) {
    RunDriver d = choosing();
    reach_selector(d);
    d.cancel();
    EXPECT_TRUE(d.cancelled().count(0));
    EXPECT_EQ(d.last("error"), "cancelled");
}

TEST(RunSelection, LooksUpTheAggregatorBeforeTheSelectorIsAsked) {
    auto request = asking();
    request.aggregator = "no.such";
    RunDriver d = choosing(request);
    reach_selector(d);
    EXPECT_EQ(d.last("code"), "aggregator_not_found");
    EXPECT_TRUE(d.started().empty());
}

TEST(RunSelection, NamesTheChoicesWhenTheSelectorIsUnknown) {
    auto request = asking();
    request.selector = "no.such";
    RunDriver d = choosing(request);
    reach_selector(d);
    EXPECT_EQ(d.last("error"), "selector: not found: no.such; this host has pick.one");
    EXPECT_EQ(d.last("code"), "selector_not_found");
}

TEST(RunSelection, RefusesAComponentOfAnotherRole) {
    auto request = asking();
    request.selector = "a.one";
    RunDriver d = choosing(request);
    reach_selector(d);
    EXPECT_EQ(d.last("error"), "selector: a.one is a component; this host has pick.one");
}

TEST(RunSelection, IsTheHostsOwnWhereTheRequestSaysSo) {
    auto request = asking();
    request.selector = kBuiltinSelector;
    RunDriver d = choosing(request);
    reach_selector(d);
    ASSERT_EQ(d.started().size(), 1U);
    EXPECT_EQ(d.started().at(0).component->manifest.id, "a.one");
}

TEST(RunSelection, LeavesAnExplicitListAlone) {
    auto request = asking();
    request.components = {"a.two"};
    RunDriver d = choosing(request);
    reach_selector(d);
    ASSERT_EQ(d.started().size(), 1U);
    EXPECT_EQ(d.started().at(0).component->manifest.id, "a.two");
}

TEST(RunSelection, RefusesASelectorBesideAnExplicitList) {
    auto request = asking();
    request.components = {"a.two"};
    request.selector = "pick.one";
    RunDriver d = choosing(request);
    reach_selector(d);
    EXPECT_EQ(d.last("error"), "selector: expected no selector beside a list of components, got pick.one");
}

TEST(RunSelection, SaysWhatItLeftOutOfTheInput) {
    auto limits = choosing_limits();
    limits.max_document_bytes = 400;
    RunDriver d = choosing(asking(), limits);
    reach_selector(d);
    EXPECT_LE(d.started().at(0).body->size(), 400U);
    EXPECT_NE(d.started().at(0).body->find(R"("omitted":1})"), std::string::npos);
}

TEST(RunSelectionGolden, PlainChat) {
    RunDriver d = choosing(asking("How do I write a component?"));
    reach_selector(d);
    d.emit(0, EmitKind::progress, R"({"text":"Reading two summaries"})");
    d.emit(0, EmitKind::prompt, R"({"messages":[{"role":"system","content":"Choose."}]})");
    d.pass(3ms);
    d.answer(0, std::string(kPicksOne));
    d.pass(2ms);
    d.emit(1, EmitKind::progress, R"({"text":"half way"})");
    d.answer(1, "\"two\"");
    d.pass(4ms);
    d.answer(2, std::string(RunDriver::kFinal));
    d.save();
    std::string out;
    for (const auto& event : d.events())
        out += masked(masked(event->json, R"("eid":")", "\""), R"("t":")", "\"") + '\n';
    EXPECT_TRUE(matches_golden("run_selector.txt", out));
}

}  // namespace
}  // namespace cedar::host
