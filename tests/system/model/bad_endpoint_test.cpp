// Endpoints that answer badly: each is a clear error of the aggregator, and the run ends once.
#include "model_fixture.hpp"
#include "tests/support/tls_server.hpp"

#include <csignal>
#include <ostream>

namespace cedar::host {
namespace {

struct BadAnswer {
    const char* name;
    std::string rules, error;
    std::vector<std::string> more = {};
};

void PrintTo(const BadAnswer& one, std::ostream* out) {
    *out << one.name;
}

std::string rule(const std::string& reply) {
    return "{\"rules\":[{\"reply\":" + reply + "}]}";
}
std::string body(const std::string& text) {
    return rule("{\"body\":" + json_string(text) + "}");
}
// Bytes that need not be UTF-8: each code point of the text is one.
std::string bytes(const std::string& text, const std::string& more = "") {
    return rule("{\"latin1\":true,\"body\":" + json_string(text) + more + "}");
}
const char* const kStream = R"(,"content_type":"text/event-stream")";

std::string text(const std::string& answer, const std::string& more = "") {
    return rule("{\"text\":" + json_string(answer) + more + "}");
}
std::string completion(const std::string& message, const std::string& finish = "stop") {
    return body(R"({"model":"m","choices":[{"message":)" + message + R"(,"finish_reason":")" + finish + "\"}]}");
}

const std::vector<std::string> kWhole{"--set", "components.aggregator.llm={\"stream\":false}"};

class BadEndpoint : public ModelTest, public testing::WithParamInterface<BadAnswer> {};

TEST_P(BadEndpoint, EndsTheRunOnceInAClearError) {
    const auto& one = GetParam();
    stub_.set_rules(one.rules);
    std::vector<std::string> more{"--set", "llm.max_attempts=2"};
    more.insert(more.end(), one.more.begin(), one.more.end());
    EXPECT_TRUE(failed_with(ask_model(more), one.error));
}

INSTANTIATE_TEST_SUITE_P(
    Answers, BadEndpoint,
    testing::Values(
        BadAnswer{"Html", rule(R"({"body":"<html>gateway</html>","content_type":"text/html"})"),
                  "aggregator: bad_answer"},
        BadAnswer{"HtmlError", rule(R"({"status":502,"body":"<html>x</html>","content_type":"text/html"})"),
                  "aggregator: provider_error"},
        BadAnswer{"FiveMegabytes", completion(R"({"content":")" + std::string(5 << 20, 'x') + "\"}"),
                  "aggregator: answer_too_large", kWhole},
        BadAnswer{"FiveMegabytesStreamed", text(std::string(5 << 20, 'x'), R"(,"chunk_chars":65536)"),
                  "aggregator: answer_too_large"},
        BadAnswer{"FiveMegabytesOfAnError", rule(R"({"status":400,"body":")" + std::string(5 << 20, 'x') + "\"}"),
                  "aggregator: provider_bad_request"},
        BadAnswer{"InvalidUtf8",
                  bytes("{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"\u00c3\u00a0\u00c3( \"}}]}"),
                  "aggregator: bad_answer"},
        BadAnswer{
            "InvalidUtf8Streamed",
            bytes("data: {\"choices\":[{\"delta\":{\"content\":\"\u00c3\u00bf\u00c3\u00be\"}}]}\n\n", kStream),
            "aggregator: bad_answer"},
        BadAnswer{"DuplicateKeysStreamed",
                  bytes("data: {\"choices\":[{\"delta\":{\"content\":\"a\",\"content\":\"b\"}}]}\n\n", kStream),
                  "aggregator: bad_answer"},
        BadAnswer{"DeepNestingStreamed", bytes("data: " + std::string(5000, '[') + "\n\n", kStream),
                  "aggregator: bad_answer"},
        BadAnswer{"DuplicateKeysInTheFunctionCall",
                  text(R"({"function":"final","function":"final","args":{"text":"x"}})"),
                  "aggregator: invalid_output"},
        BadAnswer{
            "DeepNestingInTheFunctionCall",
            text(R"({"function":"final","args":{"text":)" + std::string(500, '[') + std::string(500, ']') + "}}"),
            "aggregator: invalid_output"},
        BadAnswer{"EndlessStream",
                  text("{}", R"(,"endless":true)"),
                  "aggregator: answer_too_large",
                  {"--set", "llm.max_response_bytes=20000"}},
        BadAnswer{"DuplicateKeys", completion(R"({"content":"a","content":"b"})"), "aggregator: bad_answer"},
        BadAnswer{"DeepNesting", body(std::string(5000, '[')), "aggregator: bad_answer"},
        BadAnswer{"HalfAnAnswer", text("{}", R"(,"fault":"truncate")"), "aggregator: connection"},
        BadAnswer{"Reset", text("{}", R"(,"fault":"reset")"), "aggregator: connection"},
        BadAnswer{"WrongKey", rule(R"({"status":401,"body":"{\"error\":{\"message\":\"bad key\"}}"})"),
                  "aggregator: provider_auth"},
        BadAnswer{"NoSuchModel", rule(R"({"status":404,"body":"{}"})"), "aggregator: provider_not_found"},
        BadAnswer{"TooManyRequests", rule(R"({"status":429,"headers":{"retry-after":"100000"},"body":"{}"})"),
                  "aggregator: provider_rate_limit"},
        BadAnswer{"Refusal", completion(R"({"content":null,"refusal":"no"})"), "aggregator: refused"},
        BadAnswer{"ContentFilter", completion(R"({"content":"x"})", "content_filter"),
                  "aggregator: content_filter"},
        BadAnswer{"Abstains", text(R"({"function":"abstain","args":{"reason":"nothing fits"}})"),
                  "aggregator: abstain: nothing fits"},
        BadAnswer{"OtherFunction", text(R"({"function":"web","args":{}})"), "aggregator: invalid_output"},
        BadAnswer{"NoText", text(R"({"function":"final","args":{"title":"x"}})"), "aggregator: invalid_output"},
        BadAnswer{"EmptyText", text(R"({"function":"final","args":{"text":" "}})"), "aggregator: invalid_output"},
        BadAnswer{"TrailingText", text(std::string(R"({"function":"final","args":{"text":"x"}})") + " and more"),
                  "aggregator: invalid_output"},
        BadAnswer{"Fenced", text("```json\n{\"function\":\"final\",\"args\":{\"text\":\"x\"}}\n```"),
                  "aggregator: invalid_output"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(BadEndpoint, WithACertificateThatNobodyTrustsIsAnError) {
    std::signal(SIGPIPE, SIG_IGN);
    const SelfSigned ours("IP:127.0.0.1");
    const TlsServer endpoint(ours, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    import_roofs();
    const auto server = serve_model({}, {{"OPENAI_BASE_URL", endpoint.url()}});
    const SeenRun run = chat(server->port(), project_id(*server), kQuestion);
    EXPECT_TRUE(failed_with(run, "aggregator: tls"));
    EXPECT_NE(run.events.back().find("llm.ca_file"), std::string::npos) << run.events.back();
}

TEST_F(BadEndpoint, LeavesTheHostAliveForTheNextQuestion) {
    stub_.set_rules(R"({"rules":[{"times":1,"reply":{"body":"<html>"}},{"reply":{"text":)" + json_string(kFinal) +
                    "}}]}");
    import_roofs();
    const auto server = serve_model();
    const auto project = project_id(*server);
    EXPECT_TRUE(failed_with(chat(server->port(), project, kQuestion), "aggregator: bad_answer"));
    EXPECT_EQ(chat(server->port(), project, kQuestion).last_type, "final");
}

TEST_F(BadEndpoint, ThatIsNotThereIsAnError) {
    import_roofs();
    const auto server =
        serve_model({"--set", "llm.max_attempts=2"}, {{"OPENAI_BASE_URL", "http://127.0.0.1:1/v1"}});
    const SeenRun run = chat(server->port(), project_id(*server), kQuestion);
    EXPECT_TRUE(failed_with(run, "aggregator: connection"));
    EXPECT_EQ(member(run.events.back(), "code"), "connection");
}

}  // namespace
}  // namespace cedar::host
