#include "host/core/json.hpp"
#include "host/services/services.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/temp_folder.hpp"

#include <cedar/abi.h>

#include <gtest/gtest.h>

#include <optional>

namespace cedar::host::services {
namespace {

std::string prompt(const std::string& id, const std::string& body, const std::string& version = "1.0.0") {
    return "---\nid: " + id + "\nversion: " + version + "\ninputs: [text]\n---\n" + body;
}

class PromptRenderTest : public testing::Test {
protected:
    ServiceReply call(std::string_view component, const std::string& body) {
        std::optional<ServiceReply> reply;
        const auto cancel =
            service_->call({component, body, SteadyTime::max(), std::make_shared<InvocationScope>(),
                            [this](EmitKind, std::string json) { emitted_.push_back(std::move(json)); }},
                           [&](ServiceReply given) { reply = std::move(given); });
        return reply.value();
    }
    TempFolder folder_;
    RecordingLog log_;
    std::vector<std::string> emitted_;
    std::shared_ptr<Service> service_ = make_prompt_render(folder_.path(), log_);
};

constexpr auto kAsk = R"({"name":"ask","values":{"text":"x < \"y\""}})";

TEST_F(PromptRenderTest, RepliesWithMessagesHashAndVersion) {
    folder_.write("a.b/ask.md", prompt("a.b/ask", "# system\nBe brief.\n# user\n{{text}}\n"));
    const auto reply = call("a.b", kAsk);
    ASSERT_EQ(reply.status, CEDAR_OK) << reply.body;
    const std::string messages =
        R"([{"role":"system","content":"Be brief."},{"role":"user","content":"x < \"y\""}])";
    EXPECT_EQ(reply.debug_prompt, messages);
    EXPECT_EQ(reply.prompt_hash.size(), 64U);
    EXPECT_EQ(reply.body,
              "{\"messages\":" + messages + ",\"hash\":\"" + reply.prompt_hash + "\",\"version\":\"1.0.0\"}");
}

TEST_F(PromptRenderTest, GivesAComponentItsOwnTemplatesOnly) {
    folder_.write("a.b/ask.md", prompt("a.b/ask", "# user\n{{text}}"));
    folder_.write("secret.md", prompt("secret", "# user\n{{text}}"));
    EXPECT_EQ(call("other.c", kAsk).status, CEDAR_NOT_FOUND);
    for (const auto* name :
         {"../a.b/ask", "../secret", "/etc/passwd", "ask.md", "", ".", "..", "a/b", "ask\\u0000", "a b"}) {
        const auto reply = call("a.b", std::string(R"({"name":")") + name + R"(","values":{"text":""}})");
        EXPECT_EQ(reply.status, CEDAR_INVALID_ARGUMENT) << name << ": " << reply.body;
    }
    EXPECT_EQ(call("..", R"({"name":"secret","values":{"text":""}})").status, CEDAR_INVALID_ARGUMENT);
    EXPECT_EQ(call("a.b", R"({"name":"none"})").body,
              R"({"code":"not_found","message":"there is no prompt a.b/none.md in the prompts folder",)"
              R"("retryable":false})");
}

TEST_F(PromptRenderTest, ChecksTheVersionThatIsAskedFor) {
    folder_.write("a.b/ask.md", prompt("a.b/ask", "# user\n{{text}}"));
    EXPECT_EQ(call("a.b", R"({"name":"ask","version":"1.0.0","values":{"text":""}})").status, CEDAR_OK);
    EXPECT_EQ(call("a.b", R"({"name":"ask","version":"2.0.0","values":{"text":""}})").status, CEDAR_NOT_FOUND);
}

TEST_F(PromptRenderTest, SaysWhatIsWrongWithARequest) {
    folder_.write("a.b/ask.md", prompt("a.b/ask", "# user\n{{text}}"));
    EXPECT_EQ(call("a.b", "{}").status, CEDAR_INVALID_ARGUMENT);
    EXPECT_EQ(call("a.b", "x").status, CEDAR_INVALID_ARGUMENT);
    EXPECT_EQ(call("a.b", R"({"name":"ask","values":[1]})").status, CEDAR_INVALID_ARGUMENT);
    EXPECT_NE(call("a.b", R"({"name":"ask"})").body.find(R"(the input \"text\" is missing)"), std::string::npos);
}

TEST_F(PromptRenderTest, NamesFileAndLineOfABrokenTemplate) {
    folder_.write("a.b/ask.md", prompt("a.b/ask", "# user\n{{#text}}"));
    const auto reply = call("a.b", kAsk);
    EXPECT_EQ(reply.status, CEDAR_INVALID_ARGUMENT);
    EXPECT_NE(reply.body.find("a.b/ask.md:7: the section {{#text}} is not closed"), std::string::npos)
        << reply.body;
    folder_.write("a.b/ask.md", std::string(300'000, 'x'));
    EXPECT_EQ(call("a.b", kAsk).status, CEDAR_LIMIT);
}

TEST_F(PromptRenderTest, ReadsAChangedTemplateAgain) {
    folder_.write("a.b/ask.md", prompt("a.b/ask", "# user\n{{text}}"));
    const auto before = call("a.b", kAsk);
    folder_.write("a.b/ask.md", prompt("a.b/ask", "# user\nNow: {{text}}", "1.1.0"));
    const auto after = call("a.b", kAsk);
    EXPECT_NE(before.prompt_hash, after.prompt_hash);
    EXPECT_NE(after.body.find("Now: "), std::string::npos);
    EXPECT_NE(after.body.find("\"version\":\"1.1.0\""), std::string::npos);
}

TEST_F(PromptRenderTest, KeepsTheLastGoodTemplateAndSaysSoOnce) {
    folder_.write("a.b/ask.md", prompt("a.b/ask", "# user\n{{text}}"));
    const auto good = call("a.b", kAsk);
    folder_.write("a.b/ask.md", prompt("a.b/ask", "# user\n{{typo}}"));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(call("a.b", kAsk).body, good.body);
    EXPECT_EQ(
        log_.count("prompts",
                   "a.b/ask.md:7: {{typo}} is not one of the inputs; version 1.0.0 as read before stays in use"),
        1U);
    ASSERT_EQ(emitted_.size(), 3U);
    EXPECT_EQ(emitted_[2], R"({"text":"prompt a.b/ask.md:7: {{typo}} is not one of the inputs; )"
                           R"(version 1.0.0 as read before stays in use"})");
    std::filesystem::remove(folder_ / "a.b/ask.md");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(call("a.b", kAsk).body, good.body);
    EXPECT_EQ(log_.count("prompts"), 2U);
    emitted_.clear();
    folder_.write("a.b/ask.md", prompt("a.b/ask", "# user\nback {{text}}"));
    EXPECT_NE(call("a.b", kAsk).body.find("back "), std::string::npos);
    EXPECT_TRUE(emitted_.empty());
}

}  // namespace
}  // namespace cedar::host::services
