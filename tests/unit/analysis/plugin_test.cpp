// The analysis components as the library that they are built into, under the fake host.
#include "plugins/analysis/answer.hpp"
#include "plugins/analysis/critique.hpp"
#include "plugins/analysis/keywords.hpp"
#include "tests/support/plugin_file.hpp"

#include <cedar/testing.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace analysis {
namespace {

using cedar::test::PluginFile;
using cedar::testing::FakeHost;
using testing::HasSubstr;

constexpr auto kAsk = R"({"text":"How long?","query":"How long?","project_id":1,"branch_id":1,"thread_id":1})";

class AnalysisPlugin : public testing::Test {
protected:
    AnalysisPlugin() : file(std::string(CEDAR_PLUGINS_DIR) + "/analysis.so"), host(file.entry(), file.manifest()) {
        host.reply("prompt.render", cedar::Prompt{{{"system", "s"}, {"user", "u"}}, "00"});
        host.reply("store.search", cedar::Passages{{{"1:000000", 1, "a.md", 0, 29, "A run takes a minute.", 2},
                                                    {"2:000001", 2, "b.md", 0, 30, "A run takes an hour.", 1}}});
    }
    [[nodiscard]] std::string services() const {
        std::string out;
        for (const auto& call : host.calls()) out += (out.empty() ? "" : " ") + call.service;
        return out;
    }
    PluginFile file;
    FakeHost host;
};

TEST_F(AnalysisPlugin, ExportsItsEntryAndNothingElse) {
    EXPECT_THAT(file.exports(), testing::ElementsAre(CEDAR_ENTRY_SYMBOL));
}

TEST_F(AnalysisPlugin, AnswersFromPassagesAndCitesThem) {
    host.llm(R"({"found":true,"answer":"A minute [1:000000].","citations":["1:000000"]})");
    const auto outcome = host.run("analysis.answer", kAsk);
    ASSERT_TRUE(outcome.ok()) << outcome.error->message;
    EXPECT_EQ(outcome.answer->text(), R"({"found":true,"answer":"A minute [1:000000].",)"
                                      R"("citations":[{"chunk_id":"1:000000","source":"a.md"}]})");
    EXPECT_EQ(services(), "store.search prompt.render llm.capabilities llm.chat");
    EXPECT_EQ(host.calls()[0].body.text(), R"({"query":"How long?","limit":12})");
    EXPECT_THAT(host.calls()[3].body.text(), HasSubstr(R"("response_format":{"type":"json_schema")"));
}

TEST_F(AnalysisPlugin, RefusesAnIdThatWasNotGiven) {
    host.llm(R"({"found":true,"answer":"An hour.","citations":["3:000000"]})");
    const auto outcome = host.run("analysis.answer", kAsk);
    EXPECT_EQ(outcome.error->code, "invalid_output");
    EXPECT_THAT(outcome.error->message, HasSubstr("the model cites \"3:000000\""));
}

TEST_F(AnalysisPlugin, RefusesWhatIsNotOfTheForm) {
    host.llm("A minute.");
    EXPECT_EQ(host.run("analysis.answer", kAsk).error->code, "invalid_output");
    EXPECT_EQ(host.run("analysis.critique", kAsk).error->code, "invalid_output");
    EXPECT_EQ(host.run("analysis.keywords", kAsk).error->code, "invalid_output");
}

TEST_F(AnalysisPlugin, WorksOnThePassagesThatItIsGiven) {
    host.llm(R"({"found":false,"answer":"It does not say.","citations":[]})");
    ASSERT_TRUE(host.run("analysis.answer", R"({"query":"q","passages":[{"chunk_id":"9:0","file_id":9,"source":"c",
        "char_start":0,"char_end":1,"text":"x","score":0}]})")
                    .ok());
    EXPECT_EQ(services(), "prompt.render llm.capabilities llm.chat");
    EXPECT_THAT(host.calls()[0].body.text(), HasSubstr(R"("chunk_id":"9:0")"));
}

TEST_F(AnalysisPlugin, AsksNoModelWhereThereIsNothingToAskAbout) {
    EXPECT_FALSE(host.run("analysis.answer", R"({"query":" "})").answer->as<Answer>().found);
    EXPECT_EQ(host.run("analysis.critique", R"({"query":""})").answer->as<Critique>().compared, 0U);
    EXPECT_TRUE(host.run("analysis.keywords", R"({"text":""})").answer->as<Keywords>().keywords.empty());
    EXPECT_EQ(services(), "");
}

TEST_F(AnalysisPlugin, ListsContradictionsWithTheirSources) {
    host.llm(R"({"contradictions":[{"first_id":"1:000000","first_claim":"a minute","second_id":"2:000001",
        "second_claim":"an hour","why":"Both are how long a run takes."}]})");
    const auto outcome = host.run("analysis.critique", kAsk);
    ASSERT_TRUE(outcome.ok()) << outcome.error->message;
    EXPECT_EQ(outcome.answer->as<Critique>().contradictions.at(0).second.source, "b.md");
}

TEST_F(AnalysisPlugin, FindsKeywordsWithTheFastModel) {
    host.llm(R"({"keywords":["Run","run","minute"]})");
    const auto outcome = host.run("analysis.keywords", kAsk, R"({"count":5})");
    EXPECT_EQ(outcome.answer->text(), R"({"keywords":["Run","minute"]})");
    EXPECT_THAT(host.calls()[0].body.text(), HasSubstr(R"("count":5)"));
    EXPECT_THAT(host.calls()[2].body.text(), HasSubstr(R"("model":"fast")"));
}

TEST_F(AnalysisPlugin, PassesAMissingKeyOnUnderItsName) {
    host.fail("llm.capabilities", cedar::Error("missing_key", "set OPENAI_API_KEY"));
    for (const auto* id : {"analysis.answer", "analysis.critique", "analysis.keywords"})
        EXPECT_EQ(host.run(id, kAsk).error->code, "missing_key") << id;
}

struct ExamplePair {
    cedar::Json input;
    std::optional<cedar::Json> output;
};
BOOST_DESCRIBE_STRUCT(ExamplePair, (), (input, output))
struct Facts {
    std::string id;
    std::vector<ExamplePair> examples;
    std::vector<std::string> prompts;
};
BOOST_DESCRIBE_STRUCT(Facts, (), (id, examples, prompts))
struct Manifest {
    std::vector<Facts> components;
};
BOOST_DESCRIBE_STRUCT(Manifest, (), (components))

TEST_F(AnalysisPlugin, AnswersItsOwnExamplesAndShipsItsPrompts) {
    const auto facts = cedar::Json(file.manifest()).as<Manifest>();
    ASSERT_EQ(facts.components.size(), 3U);
    for (const auto& component : facts.components) {
        FakeHost asked(file.entry(), file.manifest());
        asked.reply("prompt.render", cedar::Prompt{{{"user", "u"}}, "00"});
        asked.llm(R"({"found":true,"answer":"A minute [1:000000].","citations":[],"contradictions":[],)"
                  R"("keywords":["Cedar"]})");
        EXPECT_FALSE(component.examples.empty());
        for (const auto& example : component.examples) {
            const auto outcome = asked.run(component.id, example.input);
            ASSERT_TRUE(outcome.ok()) << component.id << ": " << outcome.error->message;
            if (example.output) {
                EXPECT_EQ(outcome.answer->text(), example.output->text());
            }
        }
        for (const auto& name : component.prompts)
            EXPECT_TRUE(
                std::filesystem::exists(std::string(CEDAR_PROMPTS_DIR) + "/" + component.id + "/" + name + ".md"));
    }
}

}  // namespace
}  // namespace analysis
