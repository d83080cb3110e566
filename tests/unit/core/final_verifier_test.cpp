#include "host/core/final_verifier.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cedar::host {
namespace {

std::string message_of(std::string_view answer) {
    const auto call = verify_final(answer);
    return call ? "ok" : call.error().message;
}

TEST(FinalVerifier, AcceptsTheFunctionCall) {
    const auto call = verify_final(
        " {\"function\":\"final\", \"args\":{\"text\":\" T \",\"title\":\"A b c\",\"run_summary\":[\"x\"]},"
        "\"output_to_user\":\"o\",\"changelog_summary\":\"s\"}\n");
    ASSERT_TRUE(call) << call.error().message;
    EXPECT_EQ(call->text, "T");
    EXPECT_EQ(call->title, "A b c");
    EXPECT_EQ(call->function, "final");
    EXPECT_EQ(call->changelog_summary, "s");
    EXPECT_EQ(
        call->json,
        R"({"function":"final","args":{"text":" T ","title":"A b c","run_summary":["x"]},"output_to_user":"o","changelog_summary":"s"})");
    EXPECT_EQ(message_of(R"({"function":"final","args":{"text":"x"}})"), "ok");
}

TEST(FinalVerifier, SaysWhatWasExpectedAndWhatCame) {
    EXPECT_EQ(message_of(""), "expected one JSON object, got nothing");
    EXPECT_EQ(message_of("```json\n{}\n```"),
              "expected one JSON object and nothing else, got a Markdown fence (```) before it");
    EXPECT_EQ(message_of("[]"), "expected one JSON object, got an array");
    EXPECT_EQ(message_of(R"({"args":{"text":"x"}})"), "function: expected \"final\", got nothing");
    EXPECT_EQ(message_of(R"({"function":"plan","args":{"text":"x"}})"),
              "function: expected \"final\", got \"plan\"");
    EXPECT_EQ(message_of(R"({"function":"final"})"), "args: expected an object with \"text\", got nothing");
    EXPECT_EQ(message_of(R"({"function":"final","args":{"text":" \n"}})"),
              "args.text: expected a string that is not blank, got \" \\n\"");
    EXPECT_EQ(message_of(R"({"function":"final","args":{"text":"x","title":1}})"),
              "args.title: expected a string, got 1");
    EXPECT_EQ(message_of(R"({"function":"final","args":{"text":"x","run_summary":"s"}})"),
              "args.run_summary: expected a list of strings, got \"s\"");
    EXPECT_EQ(message_of(R"({"function":"final","args":{"text":"x","run_summary":["s",1]}})"),
              "args.run_summary[1]: expected a string, got 1");
    EXPECT_EQ(message_of(R"({"function":"final","args":{"text":"x"},"output_to_user":1})"),
              "output_to_user: expected a string, got 1");
    EXPECT_EQ(message_of(R"({"function":"final","args":{"text":"x"},"why":1})"),
              "expected only the keys function, args, output_to_user, changelog_summary, got \"why\"");
    EXPECT_EQ(message_of(R"({"function":"final","args":{"text":"x","y":1}})"),
              "args: expected only the keys text, title, run_summary, got \"y\"");
}

TEST(FinalVerifier, RefusesTrailingTextAndDoubledKeys) {
    EXPECT_NE(message_of(R"({"function":"final","args":{"text":"x"}} Done.)"), "ok");
    EXPECT_NE(message_of(R"({"function":"final","args":{"text":"x"}}{"function":"final","args":{"text":"y"}})"),
              "ok");
    EXPECT_NE(message_of(R"({"function":"final","function":"final","args":{"text":"x"}})"), "ok");
    EXPECT_NE(message_of("Here it is: {\"function\":\"final\",\"args\":{\"text\":\"x\"}}"), "ok");
}

TEST(FinalVerifier, BoundsSizeAndDepth) {
    const std::string start = R"({"function":"final","args":{"text":")";
    EXPECT_NE(message_of(start + std::string(300'000, 'x') + "\"}}"), "ok");
    EXPECT_NE(message_of(R"({"function":"final","args":)" + std::string(20, '[') + std::string(20, ']') + "}"),
              "ok");
    EXPECT_FALSE(verify_final(start + "long\"}}", {.max_bytes = 10}));
}

}  // namespace
}  // namespace cedar::host
