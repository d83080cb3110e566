#include "host/services/llm/chat_call.hpp"

#include <gtest/gtest.h>

namespace cedar::host::services::llm {
namespace {

constexpr std::string_view kMessages = R"({"messages":[{"role":"user","content":"Hi"}])";

std::string with(std::string_view more) {
    return std::string(kMessages) + std::string(more) + "}";
}

TEST(ChatCall, PassesWhatWasAskedOnAsTheEndpointNamesIt) {
    const auto call = parse_chat_call(with(
        R"(,"temperature":0.5,"max_tokens":7,"seed":-3,"response_format":{"type":"json_object"},"stream":true)"));
    ASSERT_TRUE(call.has_value()) << call.error().message;
    EXPECT_EQ(
        to_wire(*call, {"m", false, true}),
        R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"response_format":{"type":"json_object"},)"
        R"("temperature":0.5,"max_tokens":7,"seed":-3,"stream":true,"stream_options":{"include_usage":true}})");
    EXPECT_EQ(
        to_wire(*call, {"m", true, false}),
        R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"response_format":{"type":"json_object"},)"
        R"("temperature":0.5,"max_completion_tokens":7,"seed":-3,"stream":true})");
}

TEST(ChatCall, ANullFieldIsAnAbsentOne) {
    const auto call = parse_chat_call(with(R"(,"temperature":null,"tools":null)"));
    ASSERT_TRUE(call.has_value());
    EXPECT_EQ(to_wire(*call, {"m", false, false}), R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})");
}

TEST(ChatCall, NamesTheFieldWhatWasExpectedAndWhatCame) {
    const std::pair<std::string, std::string> cases[] = {
        {"[]", "llm.chat: body: expected an object, got []"},
        {"{}", "llm.chat: messages: expected an array, got nothing"},
        {R"({"messages":[]})", "llm.chat: messages: expected an array of 1 to 1000 messages, got []"},
        {R"({"messages":[{"content":"x"}]})",
         R"(llm.chat: messages: expected objects with a role, got {"content":"x"})"},
        {R"({"messages":[{"role":"user"}]})",
         R"(llm.chat: messages: expected a content of text or parts, got {"role":"user"})"},
        {with(R"(,"temperature":3)"), "llm.chat: temperature: expected a number from 0 to 2, got 3"},
        {with(R"(,"max_tokens":0)"), "llm.chat: max_tokens: expected an integer above 0, got 0"},
        {with(R"(,"stream":"yes")"), R"(llm.chat: stream: expected true or false, got "yes")"},
        {with(R"(,"response_format":{})"), "llm.chat: response_format: expected an object with a type, got {}"},
        {with(R"(,"tools":[{}],"response_format":{"type":"text"})"),
         "llm.chat: expected tools or response_format, got both"},
    };
    for (const auto& [body, message] : cases) {
        const auto call = parse_chat_call(body);
        ASSERT_FALSE(call.has_value()) << body;
        EXPECT_EQ(call.error().message, message);
    }
    EXPECT_NE(parse_chat_call(with(R"(,"key":"x")")).error().message.find(R"(the unknown field "key")"),
              std::string::npos);
}

TEST(ChatCall, EstimatesTokensFromAllContents) {
    const auto call = parse_chat_call(
        R"({"messages":[{"role":"system","content":"12345678"},{"role":"user","content":"1234"}]})");
    ASSERT_TRUE(call.has_value());
    EXPECT_EQ(estimate_input_tokens(*call), 3U + 8U);
}

}  // namespace
}  // namespace cedar::host::services::llm
