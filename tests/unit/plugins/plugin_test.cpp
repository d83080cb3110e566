// Our plugins as the libraries they are built into, under the fake host.
#include "tests/support/plugin_file.hpp"

#include <cedar/aggregator.hpp>
#include <cedar/testing.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace {

using cedar::Json;
using cedar::test::PluginFile;
using cedar::testing::FakeHost;

struct Plugin {
    explicit Plugin(const std::string& id)
        : file(std::string(CEDAR_PLUGINS_DIR) + "/" + id + ".so"), host(file.entry(), file.manifest()) {}
    PluginFile file;
    FakeHost host;
};

struct ExamplePair {
    Json input;
    std::optional<Json> output;
};
BOOST_DESCRIBE_STRUCT(ExamplePair, (), (input, output))
struct ComponentFacts {
    std::string id;
    std::vector<ExamplePair> examples;
    std::optional<std::vector<std::string>> prompts;
};
BOOST_DESCRIBE_STRUCT(ComponentFacts, (), (id, examples, prompts))
struct ManifestFacts {
    std::vector<ComponentFacts> components;
};
BOOST_DESCRIBE_STRUCT(ManifestFacts, (), (components))

class OwnPlugin : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, OwnPlugin,
                         testing::Values("example.summarize", "retrieval.retrieve_docs", "aggregator.extractive"),
                         [](const auto& tested) {
                             std::string name = tested.param;
                             name[name.find('.')] = '_';
                             return name;
                         });

TEST_P(OwnPlugin, ExportsItsEntryAndNothingElse) {
    EXPECT_THAT(Plugin(GetParam()).file.exports(), testing::ElementsAre(CEDAR_ENTRY_SYMBOL));
}

TEST_P(OwnPlugin, AnswersItsOwnExamples) {
    Plugin plugin(GetParam());
    plugin.host.reply("store.search", cedar::Passages{}).reply("prompt.render", cedar::Prompt{{}, "00"});
    const auto facts = Json(plugin.file.manifest()).as<ManifestFacts>();
    ASSERT_EQ(facts.components.size(), 1U);
    EXPECT_EQ(facts.components[0].id, GetParam());
    EXPECT_FALSE(facts.components[0].examples.empty());
    for (const auto& example : facts.components[0].examples) {
        const auto outcome = plugin.host.run(GetParam(), example.input);
        ASSERT_TRUE(outcome.ok()) << outcome.error->message;
        if (example.output) {
            EXPECT_EQ(outcome.answer->text(), example.output->text());
        }
    }
}

TEST_P(OwnPlugin, ShipsThePromptsItNames) {
    const auto facts = Json(Plugin(GetParam()).file.manifest()).as<ManifestFacts>();
    for (const auto& name : facts.components[0].prompts.value_or(std::vector<std::string>())) {
        std::ifstream file(std::string(CEDAR_PROMPTS_DIR) + "/" + GetParam() + "/" + name + ".md");
        std::stringstream text;
        text << file.rdbuf();
        EXPECT_THAT(text.str(), testing::StartsWith("---\nid: " + std::string(GetParam()) + "/" + name + "\n"));
    }
}

TEST(SummarizePlugin, RendersItsPromptWithTheText) {
    Plugin plugin("example.summarize");
    plugin.host.reply("prompt.render", cedar::Prompt{{{"system", "s"}}, "00"});
    EXPECT_EQ(plugin.host.run("example.summarize", R"({"text":" hi ","query":" hi "})").answer->text(),
              R"({"summary":"Summary: hi"})");
    ASSERT_EQ(plugin.host.calls().size(), 1U);
    EXPECT_EQ(plugin.host.calls()[0].body.text(), R"({"name":"summarize","values":{"text":" hi "}})");
}

TEST(SummarizePlugin, FailsHonestlyWithoutItsPrompt) {
    Plugin plugin("example.summarize");
    plugin.host.fail("prompt.render", cedar::Error("denied", "the operator forbids prompt.render"));
    const auto outcome = plugin.host.run("example.summarize", R"({"text":"hi"})");
    EXPECT_EQ(outcome.status, CEDAR_DENIED);
    EXPECT_EQ(outcome.error->message, "the operator forbids prompt.render");
    EXPECT_FALSE(outcome.answer);
}

TEST(RetrievePlugin, AnswersWithThePassagesOfTheStore) {
    Plugin plugin("retrieval.retrieve_docs");
    const cedar::Passages passages{{{"1:000000", 1, "a.md", 0, 5, "found", 1.5}}};
    plugin.host.reply("store.search", passages);
    const auto outcome =
        plugin.host.run("retrieval.retrieve_docs", R"({"query":"q","file_id":3})", R"({"limit":5})");
    ASSERT_TRUE(outcome.ok()) << outcome.error->message;
    EXPECT_EQ(outcome.answer->as<cedar::Passages>(), passages);
    EXPECT_EQ(plugin.host.calls()[0].body.text(), R"({"query":"q","file_id":3,"limit":5})");
    ASSERT_EQ(plugin.host.emits().size(), 1U);
    EXPECT_EQ(plugin.host.emits()[0].kind, "prompt");
}

TEST(RetrievePlugin, AsksNothingForABlankQuery) {
    Plugin plugin("retrieval.retrieve_docs");
    EXPECT_EQ(plugin.host.run("retrieval.retrieve_docs", R"({"query":" "})").answer->text(), R"({"results":[]})");
    EXPECT_TRUE(plugin.host.calls().empty());
}

TEST(RetrievePlugin, RefusesALimitOutOfBounds) {
    Plugin plugin("retrieval.retrieve_docs");
    const auto outcome = plugin.host.run("retrieval.retrieve_docs", R"({"query":"q"})", R"({"limit":201})");
    EXPECT_EQ(outcome.error->message, "config: expected at most 200 at /limit, got 201");
}

TEST(ExtractivePlugin, AnswersWithAFinal) {
    Plugin plugin("aggregator.extractive");
    const auto outcome = plugin.host.run("aggregator.extractive", R"({"request":{"text":"cheese","project_id":1,
        "branch_id":null,"thread_id":2},"messages":[{"role":"user","content":"cheese"}],"candidates":[{"name":"a.b",
        "version":"1.0.0","ok":true,"status":"ok","summary":{"results":[{"text":"Cheese is old.","source":"a.md"}]},
        "error":null,"reason":"always","duration_ms":3}],"more":1})");
    ASSERT_TRUE(outcome.ok()) << outcome.error->message;
    const auto final = outcome.answer->as<cedar::Final>();
    EXPECT_EQ(final.function, "final");
    EXPECT_THAT(final.args.text, testing::HasSubstr("[1] a.md\n\n> Cheese is old."));
}

}  // namespace
