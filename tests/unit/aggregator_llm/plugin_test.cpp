// aggregator.llm as the library that it is built into, under the fake host.
#include "tests/support/plugin_file.hpp"

#include <cedar/aggregator.hpp>
#include <cedar/testing.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using cedar::Json;
using cedar::test::PluginFile;
using cedar::testing::FakeHost;
using testing::HasSubstr;
using testing::Not;

constexpr auto kFinal =
    R"({"function":"final","args":{"text":"A run is a request.","title":"Runs","run_summary":[]}})";
constexpr auto kInput = R"({"request":{"text":"What is a run?"},"messages":[],"candidates":[{"name":"a.b","ok":true,
    "status":"ok","summary":{"results":[{"text":"A run is one request's life.","source":"a.md"}]},"error":null}]})";

class LlmPlugin : public testing::Test {
protected:
    LlmPlugin() : file(std::string(CEDAR_PLUGINS_DIR) + "/aggregator.llm.so"), host(file.entry(), file.manifest()) {
        host.reply("prompt.render", cedar::Prompt{{{"system", "s"}, {"user", "u"}}, "00"});
    }
    cedar::testing::Outcome run(const std::string& input = kInput, std::string_view config = {}) {
        return host.run("aggregator.llm", std::string_view(input), config);
    }
    [[nodiscard]] std::string asked() const { return host.calls().back().body.text(); }

    PluginFile file;
    FakeHost host;
};

TEST_F(LlmPlugin, ExportsItsEntryAndNothingElse) {
    EXPECT_THAT(file.exports(), testing::ElementsAre(CEDAR_ENTRY_SYMBOL));
}

TEST_F(LlmPlugin, RendersItsPromptBeforeItAsksAnything) {
    host.llm(kFinal);
    const auto outcome = run();
    ASSERT_TRUE(outcome.ok()) << outcome.error->message;
    EXPECT_EQ(outcome.answer->text(), kFinal);
    ASSERT_EQ(host.calls().size(), 3U);
    EXPECT_EQ(host.calls()[0].service, "prompt.render");
    EXPECT_EQ(host.calls()[1].service, "llm.capabilities");
    EXPECT_EQ(host.calls()[2].service, "llm.chat");
    EXPECT_THAT(host.calls()[0].body.text(), HasSubstr(R"("name":"aggregate")"));
    EXPECT_THAT(asked(),
                HasSubstr(R"("messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}])"));
}

TEST_F(LlmPlugin, StreamsTheAnswersTextAndSaysWhatItDoes) {
    host.llm(kFinal);
    ASSERT_TRUE(run().ok());
    EXPECT_THAT(asked(), HasSubstr(R"("stream":true,"stream_field":"args.text")"));
    ASSERT_EQ(host.emits().size(), 2U);
    EXPECT_EQ(host.emits()[0].kind, "progress");
    EXPECT_THAT(host.emits()[0].body.text(), HasSubstr("in mode json_schema with 1 of 1 candidates, shuffled by "));
    EXPECT_EQ(host.emits()[1].body.text(), R"({"text":"A run is a request."})");
}

TEST_F(LlmPlugin, UsesTheStrongestModeOfTheEndpoint) {
    host.reply("llm.capabilities", cedar::LlmAbilities{"m", false, true, false, false, "probe"}).llm(kFinal);
    ASSERT_TRUE(run().ok());
    EXPECT_THAT(asked(), HasSubstr(R"("response_format":{"type":"json_object"})"));
    FakeHost plain(file.entry(), file.manifest());
    plain.reply("prompt.render", cedar::Prompt{{{"user", "u"}}, "00"});
    plain.reply("llm.capabilities", cedar::LlmAbilities{}).llm(kFinal);
    ASSERT_TRUE(plain.run("aggregator.llm", std::string_view(kInput)).ok());
    EXPECT_THAT(plain.calls().back().body.text(), Not(HasSubstr("response_format")));
}

TEST_F(LlmPlugin, MendsARefusedAnswerWithItsOwnPromptAndWithoutStreaming) {
    host.llm(kFinal);
    const std::string input(kInput);
    ASSERT_TRUE(run(input.substr(0, input.size() - 1) +
                    R"(,"repair":{"attempt":1,"problem":"expected one JSON object","answer":"Sure!"}})")
                    .ok());
    EXPECT_THAT(host.calls()[0].body.text(), HasSubstr(R"("name":"repair")"));
    EXPECT_THAT(host.calls()[0].body.text(),
                HasSubstr(R"("attempt":1,"answer":"Sure!","problem":"expected one JSON object")"));
    EXPECT_THAT(asked(), HasSubstr(R"("stream":false)"));
}

TEST_F(LlmPlugin, HandsProseToTheHostForItToJudge) {
    host.llm("Sure! A run is a request.");
    const auto outcome = run();
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome.answer->text(), "Sure! A run is a request.");
}

TEST_F(LlmPlugin, EndsInAnErrorWhenTheModelAbstains) {
    host.llm(R"({"function":"abstain","args":{"reason":"the passages are about cheese"}})");
    const auto outcome = run();
    EXPECT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error->code, "abstain");
    EXPECT_EQ(outcome.error->message, "the passages are about cheese");
}

TEST_F(LlmPlugin, PassesAMissingKeyOnUnderItsName) {
    const cedar::Error missing("missing_key", "set OPENAI_API_KEY");
    host.fail("llm.capabilities", missing).fail("llm.chat", missing);
    const auto outcome = run();
    EXPECT_EQ(outcome.error->code, "missing_key");
    EXPECT_EQ(host.calls()[0].service, "prompt.render");
}

TEST_F(LlmPlugin, TakesItsConfiguration) {
    host.llm(kFinal);
    ASSERT_TRUE(run(kInput, R"({"model":"fast","temperature":0.25,"max_tokens":900,"stream":false})").ok());
    EXPECT_THAT(asked(), HasSubstr(R"({"model":"fast","temperature":0.25,"max_tokens":900,)"));
    EXPECT_THAT(asked(), HasSubstr(R"("stream":false)"));
    EXPECT_EQ(host.calls()[1].body.text(), R"({"model":"fast"})");
    EXPECT_EQ(run(kInput, R"({"k":0})").error->message, "config: expected at least 1 at /k, got 0");
    EXPECT_EQ(run(kInput, R"({"temperature":3})").error->message,
              "config: expected at most 2 at /temperature, got 3");
}

TEST_F(LlmPlugin, AnswersItsOwnExamples) {
    host.llm(kFinal);
    EXPECT_TRUE(run(R"({"request":{"text":"x"},"candidates":[]})").ok());
    EXPECT_THAT(file.manifest(), HasSubstr(R"("prompts":["aggregate","repair"])"));
    EXPECT_THAT(file.manifest(), HasSubstr(R"("repairs":2)"));
}

}  // namespace
