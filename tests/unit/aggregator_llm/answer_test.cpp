#include "plugins/aggregator.llm/answer.hpp"

#include <cedar/convert.hpp>

#include <gtest/gtest.h>

namespace aggregator {
namespace {

cedar::LlmReply reply(std::string text) {
    return {.text = std::move(text), .finish_reason = "stop"};
}

std::string problem(const cedar::LlmReply& from) {
    try {
        return "answer: " + answer_of(from).text();
    } catch (const cedar::Error& error) {
        return error.code + ": " + error.message;
    }
}

TEST(Answer, PassesTheModelsTextOnAsItIs) {
    for (const std::string text :
         {R"({"function":"final","args":{"text":"x"}})", "Sure! Here it is.", "", "```json\n{}\n```",
          "{\"function\":", R"({"function":7,"args":1})", "[]", "null"})
        EXPECT_EQ(problem(reply(text)), "answer: " + text);
}

TEST(Answer, MakesAnErrorOfAbstaining) {
    EXPECT_EQ(problem(reply(R"({"function":"abstain","args":{"reason":"no passages"}})")), "abstain: no passages");
    for (const std::string text :
         {R"({"function":"abstain","args":{"reason":""}})", R"({"function":"abstain","args":{"reason":3}})",
          R"({"function":"abstain","args":[]})", R"({"function":"abstain"})"})
        EXPECT_EQ(problem(reply(text)), "abstain: the model gave no reason") << text;
}

TEST(Answer, SaysThatTheModelDeclinedOrTheProviderWithheld) {
    auto declined = reply("");
    declined.refusal = "I will not.";
    EXPECT_EQ(problem(declined), "refused: the model declined to answer");
    auto withheld = reply("half an ans");
    withheld.finish_reason = "content_filter";
    EXPECT_EQ(problem(withheld), "content_filter: the provider withheld the model's answer");
}

TEST(CallFormat, IsAStrictSchemaOfTheTwoCalls) {
    const auto format = call_format().text();
    EXPECT_TRUE(cedar::detail::parse_dom(format).IsObject());
    EXPECT_NE(format.find(R"("enum":["final","abstain"])"), std::string::npos);
    EXPECT_NE(format.find(R"("strict":true)"), std::string::npos);
}

}  // namespace
}  // namespace aggregator
