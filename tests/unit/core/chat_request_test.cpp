#include "host/core/chat_request.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cedar::host {
namespace {

std::string message_of(std::string_view text) {
    const auto request = parse_chat_request(text);
    return request ? "ok" : request.error().message;
}

TEST(ChatRequest, ReadsEveryField) {
    const auto r = parse_chat_request(
        R"({"action":"chat","content":" hi ","branch_id":1,"thread_id":"2","file_id":3,"dataset_id":4,"debug":1,
            "keep_open":true,"components":["a.b"],"aggregator":"x.y","timeout_ms":500,"quorum":2,"required":["c.d"],
            "replay_messages":[{"role":"user","content":"c"}],"unknown":[]})");
    ASSERT_TRUE(r) << r.error().message;
    EXPECT_EQ(r->content, "hi");
    EXPECT_EQ(r->branch_id, 1);
    EXPECT_EQ(r->thread_id, 2);
    EXPECT_EQ(r->file_id, 3);
    EXPECT_EQ(r->dataset_id, 4);
    EXPECT_TRUE(r->debug);
    EXPECT_TRUE(r->keep_open);
    EXPECT_EQ(r->components, std::vector<std::string>{"a.b"});
    EXPECT_EQ(r->aggregator, "x.y");
    EXPECT_EQ(r->timeout, std::chrono::milliseconds(500));
    EXPECT_EQ(r->quorum, 2U);
    EXPECT_EQ(r->required, std::vector<std::string>{"c.d"});
    ASSERT_EQ(r->replay_messages.size(), 1U);
    EXPECT_EQ(r->replay_messages[0].content, "c");
}

TEST(ChatRequest, TakesTextThatIsNotJsonAsTheContent) {
    EXPECT_EQ(parse_chat_request("  What is {this}? \n")->content, "What is {this}?");
    EXPECT_EQ(parse_chat_request("{not json")->content, "{not json");
    EXPECT_EQ(parse_chat_request("")->content, "");
    EXPECT_EQ(parse_chat_request("a\xFF")->content, "a\xEF\xBF\xBD");
}

TEST(ChatRequest, AcceptsNullAndNothing) {
    const auto r =
        parse_chat_request(R"({"content":null,"branch_id":null,"thread_id":"","debug":null,"components":null})");
    ASSERT_TRUE(r);
    EXPECT_EQ(r->content, "");
    EXPECT_FALSE(r->branch_id);
    EXPECT_FALSE(r->thread_id);
    EXPECT_TRUE(parse_chat_request("{}"));
}

TEST(ChatRequest, NamesTheFieldThatIsUnusable) {
    EXPECT_EQ(message_of(R"({"content":5})"), "content: expected a string of at most 1048576 bytes, got 5");
    EXPECT_EQ(message_of(R"({"branch_id":"abc"})"), "branch_id: expected a positive integer, got \"abc\"");
    EXPECT_EQ(message_of(R"({"thread_id":1.5})"), "thread_id: expected a positive integer, got 1.5");
    EXPECT_EQ(message_of(R"({"file_id":0})"), "file_id: expected a positive integer, got 0");
    EXPECT_EQ(message_of(R"({"dataset_id":"99999999999999999999"})"),
              "dataset_id: expected a positive integer, got \"99999999999999999999\"");
    EXPECT_EQ(message_of(R"({"debug":"maybe"})"), "debug: expected true or false, got \"maybe\"");
    EXPECT_EQ(message_of(R"({"timeout_ms":0})"), "timeout_ms: expected 1 to 3600000, got 0");
    EXPECT_EQ(message_of(R"({"quorum":-1})"), "quorum: expected 1 to 1000, got -1");
    EXPECT_EQ(message_of(R"({"components":["a.b",1]})"), "components[1]: expected a component id, got 1");
    EXPECT_EQ(message_of(R"({"replay_messages":[{"role":"user"}]})"),
              "replay_messages[0]: expected {\"role\": string, \"content\": string}, got an object");
    EXPECT_EQ(message_of(R"({"action":"cancel"})"), "action: expected \"chat\", got \"cancel\"");
}

TEST(ChatRequest, RefusesJsonThatIsNotAnObject) {
    for (const std::string_view text : {"5", "\"text\"", "[]", "true", "null"})
        EXPECT_EQ(message_of(text).find("expected a JSON object or plain text, got "), 0U) << text;
}

TEST(ChatRequest, RefusesAKeyTwiceAndBombs) {
    EXPECT_EQ(message_of(R"({"content":"a","content":"b"})"),
              "JSON: byte 15: expected each key once, got \"content\" again");
    EXPECT_EQ(parse_chat_request(std::string(1000, '[')).error().code, ErrorCode::limit);
    EXPECT_EQ(parse_chat_request(std::string(2'000'000, 'x')).error().code, ErrorCode::limit);
}

}  // namespace
}  // namespace cedar::host
