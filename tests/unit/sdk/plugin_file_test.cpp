// The examples of the SDK as the libraries they are built into.
#include "tests/support/plugin_file.hpp"

#include <cedar/testing.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using cedar::Json;
using cedar::test::PluginFile;
using cedar::testing::FakeHost;

PluginFile example(const std::string& name) {
    return PluginFile(std::string(CEDAR_EXAMPLES_DIR) + "/" + name + ".so");
}

class Example : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, Example,
                         testing::Values("smallest", "smallest_c", "several_calls", "blocking", "aggregator",
                                         "model"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST_P(Example, CarriesItsManifestAsANote) {
    const auto manifest = example(GetParam()).manifest();
    EXPECT_THAT(manifest, testing::StartsWith(R"({"manifest":1,"abi":"1.0","components":[{"id":"sample.)"));
    EXPECT_TRUE(cedar::detail::JsonText(manifest).valid());
}

TEST_P(Example, ExportsItsEntryAndNothingElse) {
    EXPECT_THAT(example(GetParam()).exports(), testing::ElementsAre(CEDAR_ENTRY_SYMBOL));
}

TEST_P(Example, RefusesAnUnknownIdAndConfigItDoesNotHave) {
    const auto file = example(GetParam());
    FakeHost host(file.entry(), file.manifest());
    EXPECT_EQ(host.run("sample.nobody", "{}").status, CEDAR_NOT_FOUND);
    const auto manifest = Json(file.manifest());
    const auto id = manifest.text().substr(manifest.text().find("sample."));
    const auto outcome = host.run(id.substr(0, id.find('"')), "{}", R"({"no_such_key":1})");
    EXPECT_EQ(outcome.status, CEDAR_INVALID_CONFIG);
    EXPECT_EQ(outcome.error->code, "invalid_config");
}

TEST(Examples, TheSmallestGreets) {
    const auto file = example("smallest");
    FakeHost host(file.entry(), file.manifest());
    EXPECT_EQ(host.run("sample.greet", R"({"text":"Ada","project_id":1})").answer->text(),
              R"({"greeting":"Hello, Ada!"})");
}

TEST(Examples, TheOneInCAnswers) {
    const auto file = example("smallest_c");
    FakeHost host(file.entry(), file.manifest());
    EXPECT_EQ(host.run("sample.count", R"({"a":1})", " {} ").answer->text(), R"({"bytes":7})");
}

TEST(Examples, SeveralCallsCountWhatWasFoundAndNameWhatFailed) {
    const auto file = example("several_calls");
    FakeHost host(file.entry(), file.manifest());
    host.on("store.search", [](const Json& body) {
        if (body.as<cedar::Search>().query == "b") throw cedar::Error("unavailable", "busy");
        return cedar::json_of(cedar::Passages{{cedar::Passage{}, cedar::Passage{}}});
    });
    EXPECT_EQ(host.run("sample.count_passages", R"({"text":"a\nb"})").answer->text(),
              R"({"passages":{"a":2},"problems":["b: busy"]})");
}

TEST(Examples, TheBlockingOneWaitsAndStopsAtOnceWhenCancelled) {
    const auto file = example("blocking");
    FakeHost host(file.entry(), file.manifest());
    EXPECT_EQ(host.run("sample.wait", "{}", R"({"seconds":0})").answer->text(), R"({"to_the_end":true})");
    host.on_emit([&](const auto&) { host.cancel(); });
    EXPECT_EQ(host.run("sample.wait", "{}", R"({"seconds":600})").status, CEDAR_CANCELLED);
}

TEST(Examples, TheSelectorAsksTheQuickestOfThoseSuggested) {
    const auto file = example("selector");
    FakeHost host(file.entry(), file.manifest());
    const auto outcome = host.run("sample.quick_few",
                                  R"({"request":{"text":"?"},"max":1000,"omitted":0,"components":[
        {"id":"a.slow","timeout_ms":500,"suggestion":"always"},
        {"id":"b.quick","timeout_ms":100,"suggestion":"matches: roof","input":{"type":"object"}},
        {"id":"c.other","timeout_ms":1,"suggestion":null}]})",
                                  R"({"count":1})");
    ASSERT_TRUE(outcome.ok()) << outcome.error->message;
    EXPECT_EQ(outcome.answer->text(),
              R"({"components":[{"id":"b.quick","reason":"matches: roof; at most 100 ms"}]})");
}

TEST(Examples, TheAggregatorNamesWhatFailed) {
    const auto file = example("aggregator");
    FakeHost host(file.entry(), file.manifest());
    const auto outcome = host.run("sample.list_answers", R"({"request":{"text":"?"},"candidates":[
        {"name":"a.b","ok":true,"status":"ok","summary":{"x":1}},
        {"name":"c.d","ok":false,"status":"timeout","summary":null,
         "error":{"code":"timeout","message":"late"}}]})");
    ASSERT_TRUE(outcome.ok()) << outcome.error->message;
    EXPECT_EQ(outcome.answer->text(),
              R"({"function":"final","args":{"text":"You asked: ?\u000a\u000aa.b: {\"x\":1}",)"
              R"("title":"What each component said",)"
              R"("run_summary":["c.d failed: timeout"]}})");
}

TEST(Examples, TheOneThatAsksAModelAnswersFromWhatIsFound) {
    const auto file = example("model");
    FakeHost host(file.entry(), file.manifest());
    host.reply("store.search", cedar::Passages{}).llm(R"({"answered":true,"answer":"A minute."})");
    EXPECT_EQ(host.run("sample.answer", R"({"text":"How long?"})").answer->text(),
              R"({"answered":false,"answer":"Nothing was found."})");
    host.reply("store.search", cedar::Passages{{cedar::Passage{.text = "A run takes a minute."}}});
    EXPECT_TRUE(host.run("sample.answer", R"({"text":"How long?"})").ok());
    EXPECT_EQ(host.run("sample.answer", R"({"text":"How long?"})").answer->text(),
              R"({"answered":true,"answer":"A minute."})");
    EXPECT_THAT(host.calls().back().body.text(), testing::HasSubstr("A run takes a minute."));
    ASSERT_FALSE(host.emits().empty());
    EXPECT_EQ(host.emits().front().kind, "prompt");
}

}  // namespace
