#include "host/core/run_documents.hpp"
#include "tests/unit/core/run_fixture.hpp"

namespace cedar::host {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kPrompt = R"([{"role":"system","content":"agg"}])";

// Brought to the point where the aggregator (slot 2) runs.
void reach_aggregator(RunDriver& d) {
    d.submit();
    d.prepare({});
    d.answer(0, "1");
    d.answer(1, "1");
}

std::size_t count(const RunDriver& d, const std::string& line) {
    const auto all = d.sequence();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), line));
}

TEST(RunAggregation, NamesTheChoicesWhenTheAggregatorIsUnknown) {
    auto request = asking();
    request.aggregator = "no.such";
    RunDriver d = dispatched(request);
    d.submit();
    d.prepare({});
    EXPECT_EQ(d.last("error"), "aggregator: not found: no.such; this host has agg.one");
    EXPECT_EQ(d.last("code"), "aggregator_not_found");
    EXPECT_TRUE(d.started().empty());
    ASSERT_EQ(d.saves().size(), 1U);
    EXPECT_FALSE(d.saves()[0].awaited);
    EXPECT_FALSE(d.saves()[0].outcome.ok);
}

TEST(RunAggregation, SaysSoWhenNoneIsConfigured) {
    RunDriver d({always("a.one")}, asking(), {});
    d.submit();
    d.prepare({});
    EXPECT_EQ(
        d.last("error"),
        "aggregator: none: the configuration names none and neither does the request; this host has no aggregator");
    EXPECT_EQ(d.last("code"), "aggregator_missing");
}

TEST(RunAggregation, RefusesAComponentOfAnotherRole) {
    auto request = asking();
    request.aggregator = "a.one";
    RunDriver d = dispatched(request);
    d.submit();
    d.prepare({});
    EXPECT_EQ(d.last("error"), "aggregator: a.one is a component; this host has agg.one");
}

TEST(RunAggregation, EndsInAnErrorWithThePromptShownWhenTheAggregatorFails) {
    RunDriver d = dispatched();
    reach_aggregator(d);
    d.fail(2, ResultStatus::error, {"llm_error", "The model said no.", "500", true, ErrorSource::provider},
           std::string(kPrompt));
    EXPECT_EQ(d.last("error"), "aggregator: llm_error: The model said no.");
    EXPECT_EQ(d.last("code"), "llm_error");
    EXPECT_EQ(d.last("detail"), "500");
    EXPECT_EQ(count(d, "debug aggregator"), 1U);
    EXPECT_EQ(count(d, "final"), 0U);
}

TEST(RunAggregation, ShowsThePromptAsSoonAsItIsEmittedAndOnce) {
    RunDriver d = dispatched();
    reach_aggregator(d);
    d.emit(2, EmitKind::prompt, R"({"messages":)" + std::string(kPrompt) + "}");
    EXPECT_EQ(d.last("type"), "debug");
    d.answer(2, std::string(RunDriver::kFinal), std::string(kPrompt));
    EXPECT_EQ(count(d, "debug aggregator"), 1U);
}

TEST(RunAggregation, SaysMissingKeyInThatWord) {
    RunDriver d = dispatched();
    reach_aggregator(d);
    d.fail(2, ResultStatus::error, {"missing_key", "Set OPENAI_API_KEY.", "", false, ErrorSource::host});
    EXPECT_EQ(d.last("error"), "missing_key");
    EXPECT_EQ(d.last("detail"), "Set OPENAI_API_KEY.");
}

TEST(RunAggregation, NeverMakesAFinalOfARefusedAnswer) {
    for (const std::string answer : {"\"prose\"", "{}", R"({"function":"plan","args":{"text":"x"}})",
                                     R"({"function":"final","args":{"text":" "}})"}) {
        RunDriver d = dispatched();
        reach_aggregator(d);
        d.answer(2, answer);
        EXPECT_TRUE(d.ended());
        EXPECT_EQ(d.last("type"), "error") << answer;
        EXPECT_EQ(d.last("code"), "invalid_output");
        EXPECT_EQ(d.last("error").find("aggregator: invalid_output: "), 0U);
    }
}

TEST(RunAggregation, AsksForAMendedAnswerAsOftenAsTheManifestAllows) {
    RunDriver d = dispatched(asking(), usual_limits(), 2);
    reach_aggregator(d);
    d.answer(2, "{}");
    EXPECT_FALSE(d.ended());
    ASSERT_EQ(d.started().count(3), 1U);
    const auto body = parse_json(*d.started().at(3).body);
    EXPECT_EQ(to_json((*body)["repair"]),
              R"({"attempt":1,"problem":"function: expected \"final\", got nothing","answer":"{}"})");
    d.answer(3, std::string(RunDriver::kFinal));
    d.save();
    EXPECT_EQ(d.last("type"), "final");
    EXPECT_NE(d.last("aggregator").find(R"("repairs":1)"), std::string::npos);
    EXPECT_EQ(count(d, "debug aggregator"), 1U);
}

TEST(RunAggregation, HasProseMendedThatIsNoJsonAtAll) {
    RunDriver d = dispatched(asking(), usual_limits(), 1);
    reach_aggregator(d);
    ComponentResult prose;
    prose.status = ResultStatus::invalid_output;
    prose.error = ComponentError{"invalid_output", "expected JSON", "", false, ErrorSource::schema};
    prose.refused = "```json";
    d.end(2, prose);
    ASSERT_FALSE(d.ended());
    const auto body = parse_json(*d.started().at(3).body);
    EXPECT_EQ(to_json((*body)["repair"]["answer"]), R"("```json")");
    EXPECT_EQ(to_json((*body)["repair"]["problem"]),
              R"("expected one JSON object and nothing else, got a Markdown fence (```) before it")");
    d.end(3, prose);
    EXPECT_EQ(d.last("code"), "invalid_output");
    EXPECT_EQ(d.last("detail"), "after one repair");
}

TEST(RunAggregation, ShowsTheHashOfEachTemplate) {
    const std::string hash(64, 'a');
    const std::string other(64, 'b');
    RunDriver d = dispatched();
    d.submit();
    d.prepare({});
    ComponentResult result;
    result.status = ResultStatus::ok;
    result.content = "1";
    result.debug_prompt = kPrompt;
    result.prompt_hash = hash;
    d.end(0, result);
    EXPECT_NE(d.last("call").find(R"("prompt_hash":")" + hash), std::string::npos);
    d.answer(1, "1");
    d.emit(2, EmitKind::prompt, R"({"messages":)" + std::string(kPrompt) + R"(,"prompt_hash":")" + other + "\"}");
    EXPECT_EQ(d.last("prompt_hash"), other);
    d.answer(2, std::string(RunDriver::kFinal), std::string(kPrompt));
    d.save();
    const auto prompts = parse_json(d.last("prompts"));
    ASSERT_TRUE(prompts);
    EXPECT_EQ(string_member(*prompts, "agg.one"), other);
    EXPECT_EQ(prompts->MemberCount(), 2U);
}

TEST(RunAggregation, GivesUpWhenTheRepairsAreUsedUp) {
    RunDriver d = dispatched(asking(), usual_limits(), 2);
    reach_aggregator(d);
    d.answer(2, "{}");
    d.answer(3, "[]");
    d.answer(4, "[]");
    EXPECT_TRUE(d.ended());
    EXPECT_EQ(d.last("error"), "aggregator: invalid_output: expected one JSON object, got an array");
    EXPECT_EQ(d.last("detail"), "after 2 repairs");
    EXPECT_EQ(count(d, "debug aggregator"), 2U);
}

TEST(RunAggregation, IgnoresALateAnswerToAnEarlierAttempt) {
    RunDriver d = dispatched(asking(), usual_limits(), 1);
    reach_aggregator(d);
    d.answer(2, "{}");
    d.answer(2, std::string(RunDriver::kFinal));
    EXPECT_TRUE(d.saves().empty());
}

TEST(RunAggregation, EndsWhenTheAggregatorIsTooLate) {
    RunDriver d = dispatched();
    reach_aggregator(d);
    EXPECT_TRUE(d.pass_to_deadline());
    EXPECT_TRUE(d.ended());
    EXPECT_EQ(d.last("error"), "aggregator: timeout: agg.one gave no answer in time");
    EXPECT_EQ(d.cancelled().count(2), 1U);
}

TEST(RunAggregation, RefusesAnInputThatTheAggregatorsSchemaRefuses) {
    const auto picky = make_test_component("agg.one", [](Manifest& m) {
        m.role = Role::aggregator;
        m.input_schema = R"({"required":["nothing"]})";
    });
    RunDriver d({picky}, asking(), usual_limits());
    d.submit();
    d.prepare({});
    EXPECT_EQ(d.last("code"), "invalid_input");
    EXPECT_TRUE(d.started().empty());
}

TEST(RunAggregation, DropsWhatWouldMakeTheInputTooLarge) {
    std::vector<ComponentPtr> components{aggregator()};
    for (int i = 0; i < 12; ++i) components.push_back(always("a.c" + std::to_string(10 + i)));
    RunDriver d(components, asking(), usual_limits());
    d.submit();
    d.prepare({});
    const auto large = "\"" + std::string(1'000'000, 'x') + "\"";
    for (std::size_t i = 0; i < 12; ++i) d.answer(i, large);
    ASSERT_EQ(d.started().count(12), 1U);
    const auto& body = *d.started().at(12).body;
    EXPECT_LT(body.size(), RunLimits{}.max_document_bytes + 64 * 1024);
    EXPECT_NE(body.find(R"("name":"a.c10","version":"1.0.0","ok":true)"), std::string::npos);
    EXPECT_NE(
        body.find(
            R"("name":"a.c21","version":"1.0.0","ok":false,"status":"rejected","summary":null,"error":{"code":"dropped")"),
        std::string::npos);
}

}  // namespace
}  // namespace cedar::host
