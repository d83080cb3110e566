// The reference's canonical chat and what belongs to it, over the real transport.
#include "model_fixture.hpp"

namespace cedar::host {
namespace {

class Canonical : public ModelTest {};

TEST_F(Canonical, AsksTheModelAndEndsInItsFinal) {
    stub_.set_rules(text_reply(kFinal));
    const SeenRun run = ask_model();
    ASSERT_EQ(run.last_type, "final") << run.all();
    const std::string& final = run.events.back();
    EXPECT_EQ(run.close_code, 1000U);
    EXPECT_EQ(path(final, {"json", "function"}), "final");
    EXPECT_EQ(member(final, "text"), "A hundred years.");
    expect_prompts(run, 4);
    EXPECT_EQ(path(final, {"aggregator", "id"}), "aggregator.llm");
    EXPECT_EQ(path(final, {"aggregator", "model", "mode"}), "json_schema");
    EXPECT_EQ(path(final, {"usage", "input_tokens"}), "100");
    EXPECT_EQ(path(final, {"usage", "output_tokens"}), "20");
    EXPECT_EQ(member(final, "test_mode"), "");
    const auto shown = events_of(run, "debug", "aggregator");
    ASSERT_EQ(shown.size(), 1U) << run.all();
    EXPECT_EQ(member(shown[0], "prompt_hash").size(), 64U) << shown[0];
    EXPECT_EQ(path(final, {"aggregator", "prompt_hash"}), member(shown[0], "prompt_hash"));
    EXPECT_EQ(stub_.counter("calls"), 1U);
}

// Each kind of number that /metrics is to have, after one run that nobody acknowledged.
TEST_F(Canonical, IsMeasured) {
    stub_.set_rules(text_reply(kFinal));
    import_roofs();
    const auto server = serve_model({"--set", "server.ack_timeout_ms=500"});
    ASSERT_EQ(chat(server->port(), project_id(*server), kQuestion).last_type, "final");
    std::string text;
    const auto has = [&](const std::string& line) { return text.find("\n" + line) != std::string::npos; };
    const auto one_of = [&](const std::string& line) { return has(line + " 1\n"); };
    ASSERT_TRUE(eventually([&] {
        text = http::Client(server->port()).ask("GET", "/metrics")->body;
        return has("cedar_ack_timeout_total ") && !has("cedar_ack_timeout_total 0") &&
               one_of(R"(cedar_runs_total{status="complete"})");
    })) << text;
    for (const char* line : {R"(cedar_components_total{component="example.summarize",status="ok"})",
                             R"(cedar_component_duration_seconds_count{component="example.summarize"})",
                             R"(cedar_components_total{component="aggregator.llm",status="ok"})",
                             R"(cedar_service_calls_total{service="llm.chat",status="ok"})"})
        EXPECT_TRUE(one_of(line)) << line << " in " << text;
    for (const char* line :
         {R"(cedar_runs{state="queued"} 0)", R"(cedar_invocations{state="waiting"} 0)", "cedar_http_connections "})
        EXPECT_TRUE(has(line)) << line << " in " << text;
    EXPECT_EQ(text.find("cedar_redis_"), std::string::npos) << "there is none";
}

TEST_F(Canonical, StreamsTheAnswersTextAlone) {
    stub_.set_rules(text_reply(kFinal, R"(,"chunk_chars":3)"));
    const SeenRun run = ask_model();
    std::string text;
    for (const std::string& event : events_of(run, "token", "aggregator")) text += member(event, "text");
    EXPECT_EQ(text, "A hundred years.") << run.all();
}

TEST_F(Canonical, RepairsAtMostTwiceAndShowsEach) {
    stub_.set_rules(text_reply("no JSON at all"));
    const SeenRun run = ask_model();
    EXPECT_TRUE(failed_with(run, "aggregator: invalid_output"));
    EXPECT_EQ(stub_.counter("calls"), 3U);
    EXPECT_NE(run.all().find("Repair 2 of 2"), std::string::npos) << run.all();
}

TEST_F(Canonical, MendsAnAnswerThatWasRefusedOnce) {
    stub_.set_rules(R"({"rules":[{"times":1,"reply":{"text":"[]"}},{"reply":{"text":)" + json_string(kFinal) +
                    "}}]}");
    const SeenRun run = ask_model();
    ASSERT_EQ(run.last_type, "final") << run.all();
    EXPECT_EQ(path(run.events.back(), {"aggregator", "repairs"}), "1");
    EXPECT_EQ(path(run.events.back(), {"aggregator", "model", "calls"}), "2");
    EXPECT_EQ(path(run.events.back(), {"usage", "input_tokens"}), "200");
}

TEST_F(Canonical, ListsEveryAttemptAfterA429) {
    stub_.set_rules(
        R"({"rules":[{"times":1,"reply":{"status":429,"headers":{"retry-after":"1"},"body":"{}"}},{"reply":{"text":)" +
        json_string(kFinal) + "}}]}");
    const SeenRun run = ask_model();
    ASSERT_EQ(run.last_type, "final") << run.all();
    const auto attempts = path(run.events.back(), {"aggregator", "model", "attempts"});
    EXPECT_NE(attempts.find(R"("http_status":429,"error":"http_429")"), std::string::npos) << attempts;
    EXPECT_NE(attempts.find(R"("http_status":200)"), std::string::npos) << attempts;
}

TEST_F(Canonical, LearnsOnceWhatTheEndpointCanDo) {
    stub_.set_rules(
        R"({"rules":[{"contains":"Capability probe","reply":{"text":"{\"answer\":\"cedar\"}"}},{"reply":{"text":)" +
        json_string(kFinal) + "}}]}");
    import_roofs();
    const auto server = serve_model({}, {{"CEDAR_LLM_CAPABILITIES", ""}});
    const auto project = project_id(*server);
    const SeenRun first = chat(server->port(), project, kQuestion);
    EXPECT_EQ(path(first.events.back(), {"aggregator", "model", "mode"}), "json_schema") << first.all();
    EXPECT_EQ(stub_.counter("calls"), 5U);
    const SeenRun second = chat(server->port(), project, kQuestion);
    EXPECT_EQ(second.last_type, "final") << second.all();
    EXPECT_EQ(stub_.counter("calls"), 6U);
}

TEST_F(Canonical, UsesNoFormatThatTheEndpointDoesNotKnowAndSaysSo) {
    stub_.set_rules(
        R"({"rules":[{"contains":"response_format","reply":{"status":400,"body":"{\"error\":{\"message\":\"no\"}}"}},)"
        R"({"reply":{"text":)" +
        json_string(kFinal) + "}}]}");
    import_roofs();
    const auto server = serve_model({}, {{"CEDAR_LLM_CAPABILITIES", ""}});
    const SeenRun run = chat(server->port(), project_id(*server), kQuestion);
    ASSERT_EQ(run.last_type, "final") << run.all();
    EXPECT_EQ(path(run.events.back(), {"aggregator", "model", "mode"}), "text") << run.events.back();
}

TEST_F(Canonical, CancellingWhileTheAnswerStreamsAbortsTheTransfer) {
    stub_.set_rules(text_reply(kFinal, R"(,"chunk_chars":1,"chunk_gap_ms":50,"endless":true)"));
    import_roofs();
    const auto server = serve_model();
    http::Client client(server->port());
    ASSERT_TRUE(client.open("/ws/chat/" + project_id(*server)));
    ASSERT_TRUE(client.text(kQuestion));
    std::string event = client.next_text();
    const std::string run_id = member(event, "run_id");
    while (!event.empty() && member(event, "type") != "token") event = client.next_text();
    ASSERT_FALSE(event.empty());
    ASSERT_TRUE(client.text(R"({"action":"cancel","run_id":")" + run_id + "\"}"));
    while (!event.empty() && member(event, "type") != "error") event = client.next_text();
    EXPECT_EQ(member(event, "error"), "cancelled");
    EXPECT_TRUE(eventually([&] { return stub_.counter("aborted") == 1; }));
    EXPECT_EQ(stub_.counter("live"), 0U);
}

TEST_F(Canonical, HundredRunsAtOnceEachGetTheirFinal) {
    stub_.set_rules(text_reply(kFinal, R"(,"delay_ms":50)"));
    import_roofs();
    const auto server = serve_model({"--set", "run.at_once=100", "--set", "run.timeout_ms=600000"});
    const auto project = project_id(*server);
    std::vector<std::unique_ptr<http::Client>> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(std::make_unique<http::Client>(server->port()));
        ASSERT_TRUE(clients.back()->open("/ws/chat/" + project));
        ASSERT_TRUE(clients.back()->text(kQuestion));
    }
    for (const auto& client : clients) {
        const SeenRun run = read_run(*client);
        EXPECT_EQ(run.last_type, "final") << run.all();
    }
    EXPECT_EQ(stub_.counter("calls"), 100U);
    EXPECT_EQ(server->stop(), 0) << server->process().err();
}

TEST_F(Canonical, StoppingTheHostAbortsWhatTheModelStillDoes) {
    stub_.set_rules(always(R"({"text":"x","fault":"hang"})"));
    import_roofs();
    const auto server = serve_model({"--set", "run.drain_ms=50"});
    http::Client client(server->port());
    ASSERT_TRUE(client.open("/ws/chat/" + project_id(*server)));
    ASSERT_TRUE(client.text(kQuestion));
    ASSERT_TRUE(eventually([&] { return stub_.counter("live") == 1; }));
    EXPECT_EQ(server->stop(), 0) << server->process().err();
    EXPECT_EQ(stub_.counter("live"), 0U);
    EXPECT_EQ(read_run(client).last_type, "error");
}

}  // namespace
}  // namespace cedar::host
