#include "cedar_fixture.hpp"
#include "host/core/json.hpp"
#include "host/core/sha256.hpp"

namespace cedar::host {
namespace {

class Serve : public CedarTest {};

TEST_F(Serve, AnswersAQuestionOnTheChatSocket) {
    import_roofs();
    const auto server = serve({"--aggregator", kExtractive});
    const SeenRun run = chat(server->port(), project_id(*server),
                             R"({"action":"chat","content":"How long does a slate roof last?"})");
    EXPECT_EQ(run.last_type, "final") << run.all();
    EXPECT_EQ(run.close_code, 1000U);
    ASSERT_FALSE(run.events.empty());
    EXPECT_NE(member(run.events.back(), "text").find("a hundred years"), std::string::npos) << run.events.back();
    EXPECT_NE(run.all().find("\"retrieval.retrieve_docs\""), std::string::npos) << run.all();
    EXPECT_EQ(server->stop(), 0) << server->process().err();
}

TEST_F(Serve, EndsInAnHonestErrorWithoutTheConfiguredAggregator) {
    const auto server = serve({"--aggregator", "aggregator.none"});
    const auto& host = server->process();  // says its lines after it has written its port
    EXPECT_TRUE(eventually([&] {
        return host.out().find("aggregator.none, not among the components") != std::string::npos;
    })) << host.out();
    const SeenRun run = chat(server->port(), project_id(*server), "anything");
    EXPECT_EQ(run.last_type, "error") << run.all();
    ASSERT_FALSE(run.events.empty());
    EXPECT_NE(run.events.back().find(kExtractive), std::string::npos) << run.events.back();
}

TEST_F(Serve, SaysThatTheKeyOfTheDefaultAggregatorIsMissing) {
    const auto server = serve();
    const SeenRun run = chat(server->port(), project_id(*server), "anything");
    ASSERT_FALSE(run.events.empty());
    EXPECT_EQ(member(run.events.back(), "error"), "missing_key") << run.all();
    EXPECT_NE(member(run.events.back(), "detail").find("OPENAI_API_KEY"), std::string::npos) << run.events.back();
    EXPECT_NE(member(run.events.back(), "detail").find("aggregator.llm"), std::string::npos) << run.events.back();
}

TEST_F(Serve, TellsHowItIsAndWhatItHas) {
    const auto server = serve();
    http::Client client(server->port());
    const auto health = client.ask("GET", "/healthz");
    ASSERT_TRUE(health.has_value());
    EXPECT_EQ(health->status, 200U);
    EXPECT_EQ(member(health->body, "status"), "ok");
    http::Client other(server->port());
    const auto components = other.ask("GET", "/api/components");
    ASSERT_TRUE(components.has_value());
    EXPECT_EQ(components->status, 200U);
    EXPECT_NE(components->body.find("\"example.summarize\""), std::string::npos);
    EXPECT_EQ(member(components->body, "aggregator"), "aggregator.llm");
}

TEST_F(Serve, ReferToALargePromptThatIsCompleteAtItsAddress) {
    import_roofs();
    const auto server = serve({"--aggregator", kExtractive});
    const std::string question = "slate " + std::string(100000, 'x');
    const SeenRun run = chat(server->port(), project_id(*server),
                             R"({"action":"chat","debug":true,"content":")" + question + R"("})");
    EXPECT_EQ(run.last_type, "final");
    std::size_t referred = 0;
    for (const auto& event : run.events) {
        EXPECT_LE(event.size(), 65536U) << event.substr(0, 300);
        const auto document = parse_json(event);
        const auto* prompt = find_member(*document, member(event, "type") == "prompt" ? "messages" : "prompt");
        const auto* ref = prompt == nullptr ? nullptr : find_member(*prompt, "ref");
        if (ref == nullptr) continue;
        ++referred;
        http::Client client(server->port());
        const auto body = client.ask("GET", std::string(string_member(*ref, "url")));
        ASSERT_TRUE(body.has_value());
        EXPECT_EQ(body->status, 200U);
        EXPECT_EQ(body->body.size(), find_member(*ref, "bytes")->GetUint64());
        EXPECT_EQ(sha256_hex(body->body), string_member(*ref, "sha256"));
        EXPECT_NE(body->body.find(question), std::string::npos) << "the prompt is not complete";
    }
    EXPECT_GE(referred, 2U) << "the prompt and the debug event";
}

TEST_F(Serve, KnowsNoProjectThatNobodyMade) {
    const auto server = serve();
    http::Client client(server->port());
    const auto page = client.ask("GET", "/project/77");
    ASSERT_TRUE(page.has_value());
    EXPECT_EQ(page->status, 404U);
    http::Client socket(server->port());
    const auto refused = socket.upgrade("/ws/chat/77");
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->status, 404U);
    const Ended asked = run({"ask", "--project", "77", "hello"});
    EXPECT_EQ(asked.code, 2);
    EXPECT_NE(asked.err.find("there is none yet"), std::string::npos) << asked.err;
}

TEST_F(Serve, SaysWhereItIsAndWhatItRunsWith) {
    const auto server = serve({"--aggregator", kExtractive});
    const auto& host = server->process();  // says its lines after it has written its port
    EXPECT_TRUE(eventually([&] { return host.out().find("uses no language model") != std::string::npos; }))
        << host.out();
    const std::string out = host.out();
    EXPECT_NE(out.find("cedar serves http://127.0.0.1:" + std::to_string(server->port()) + "/"), std::string::npos)
        << out;
    EXPECT_NE(out.find("data        " + data()), std::string::npos) << out;
    EXPECT_NE(out.find(" ready, 0 refused"), std::string::npos) << out;
    EXPECT_NE(out.find("aggregator.extractive, uses no language model"), std::string::npos) << out;
}

TEST_F(Serve, WritesItsLogAsJsonWhenAskedTo) {
    const auto server = serve({"--log-format", "json", "--aggregator", kExtractive});
    chat(server->port(), project_id(*server), "hello");
    EXPECT_EQ(server->stop(), 0);
    std::istringstream lines(server->process().err());
    std::string line, stages;
    while (std::getline(lines, line)) {
        EXPECT_FALSE(member(line, "t").empty()) << line;
        stages += member(line, "stage") + " ";
    }
    for (const char* stage : {"ACK", "DISPATCH", "COMPLETE", "AGGREGATE"}) {
        EXPECT_NE(stages.find(stage), std::string::npos) << stages;
    }
}

}  // namespace
}  // namespace cedar::host
