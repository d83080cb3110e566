#include "host/http/chat_message.hpp"

#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

const std::string run_id(32, 'a');

TEST(ChatMessage, IsAChatWithoutAnAction) {
    for (const char* text :
         {R"({"content":"x"})", R"({"action":"chat","content":"x"})", R"({"action":null,"content":"x"})", "x"}) {
        const auto message = parse_chat_message(text);
        ASSERT_TRUE(message) << text;
        ASSERT_TRUE(std::holds_alternative<ChatRequest>(*message)) << text;
        EXPECT_EQ(std::get<ChatRequest>(*message).content, "x");
    }
}

TEST(ChatMessage, MayCancel) {
    const auto message = parse_chat_message(R"({"action":"cancel","run_id":")" + run_id + "\"}");
    ASSERT_TRUE(message);
    EXPECT_EQ(std::get<CancelMessage>(*message).run_id, run_id);
}

TEST(ChatMessage, MayResumeFromTheStartOrFromAnEvent) {
    const auto start = parse_chat_message(R"({"action":"resume","run_id":")" + run_id + "\"}");
    ASSERT_TRUE(start);
    EXPECT_EQ(std::get<ResumeMessage>(*start).after_seq, 0U);
    EXPECT_FALSE(std::get<ResumeMessage>(*start).keep_open);
    const auto later =
        parse_chat_message(R"({"action":"resume","run_id":")" + run_id + R"(","after_seq":7,"keep_open":true})");
    ASSERT_TRUE(later);
    EXPECT_EQ(std::get<ResumeMessage>(*later).after_seq, 7U);
    EXPECT_TRUE(std::get<ResumeMessage>(*later).keep_open);
}

TEST(ChatMessage, NamesTheFieldThatIsWrong) {
    const auto problem_of = [](const std::string& text) {
        const auto message = parse_chat_message(text);
        return message ? std::string("none") : message.error().message;
    };
    EXPECT_EQ(problem_of(R"({"action":"dance"})"), R"(action: expected "chat", "cancel" or "resume", got "dance")");
    EXPECT_EQ(problem_of(R"({"action":1})"), R"(action: expected "chat", "cancel" or "resume")");
    EXPECT_EQ(problem_of(R"({"action":"cancel","run_id":"x"})"),
              R"(run_id: expected 32 lower-case hex digits, got "x")");
    EXPECT_EQ(problem_of(R"({"action":"cancel","run_id":")" + std::string(32, 'A') + "\"}").substr(0, 7),
              "run_id:");
    for (const char* seq : {"-1", "1.5", "\"7\"", "true"})
        EXPECT_NE(problem_of(R"({"action":"resume","run_id":")" + run_id + R"(","after_seq":)" + seq + "}"), "none")
            << seq;
    EXPECT_EQ(problem_of(R"({"action":"resume","run_id":")" + run_id + R"(","keep_open":1})"),
              "keep_open: expected true or false");
}

}  // namespace
}  // namespace cedar::host::http
