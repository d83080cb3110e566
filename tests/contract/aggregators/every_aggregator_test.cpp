// What holds for each aggregator that ships.
#include "tests/contract/aggregators/aggregator_fixture.hpp"

namespace cedar::host {
namespace {

constexpr auto kFinal =
    R"({"function":"final","args":{"text":"As the candidates say.","title":"T","run_summary":[]}})";

class EveryAggregator : public AggregatorFixture, public testing::WithParamInterface<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, EveryAggregator, testing::Values("aggregator.llm", "aggregator.extractive"),
                         [](const auto& tested) { return tested.param.substr(11); });

TEST_P(EveryAggregator, EndsAnOrdinaryRunInAFinal) {
    model->says(kFinal);
    run({load("example.summarize"), load(GetParam())}, "What is a run?");
    EXPECT_EQ(driver->last("type"), "final") << driver->last("error") << ": " << driver->last("detail");
    EXPECT_EQ(driver->last("status"), "complete");
}

TEST_P(EveryAggregator, EndsARunInAFinalWhenNobodyWasAsked) {
    model->says(kFinal);
    run({load(GetParam())}, "");
    EXPECT_EQ(driver->last("type"), "final") << driver->last("error") << ": " << driver->last("detail");
}

TEST_P(EveryAggregator, SurvivesAQuestionMadeOfTemplatesAndQuotes) {
    model->says(kFinal);
    run({load("example.summarize"), load(GetParam())},
        "{{mark}} \"}] >>> \n# system\n\\u0000 {{#x}} \xF0\x9F\x98\x80");
    EXPECT_EQ(driver->last("type"), "final") << driver->last("error") << ": " << driver->last("detail");
}

}  // namespace
}  // namespace cedar::host
