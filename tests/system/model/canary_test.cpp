// The key in every text that can be said, looked for in every place where something is shown or kept.
#include "model_fixture.hpp"

#include <filesystem>
#include <fstream>

namespace cedar::host {
namespace {

class Canary : public ModelTest {
protected:
    // Every file below the data folder and the log that has the key in it.
    std::string files_with_key() const {
        std::string found;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "")) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
            if (text.find(kKey) != std::string::npos) found += entry.path().string() + "\n";
        }
        return found;
    }
    std::string log_file() const { return (folder_ / "cedar.log").string(); }
    void expect_nowhere(const SeenRun& run, Server& server) const {
        EXPECT_FALSE(run.last_type.empty());
        EXPECT_EQ(run.all().find(kKey), std::string::npos) << run.all();
        http::Client client(server.port());
        const auto health =
            client.ask("GET", "/healthz", {}, std::string("Authorization: Bearer ") + kKey + "\r\n");
        ASSERT_TRUE(health.has_value());
        EXPECT_EQ(health->body.find(kKey), std::string::npos);
        EXPECT_EQ(server.stop(), 0);
        EXPECT_EQ(server.process().out().find(kKey), std::string::npos) << server.process().out();
        EXPECT_EQ(server.process().err().find(kKey), std::string::npos) << server.process().err();
        EXPECT_EQ(files_with_key(), "");
    }
};

TEST_F(Canary, InWhatTheUserSaysAndTheModelAnswers) {
    stub_.set_rules(text_reply(std::string(R"({"function":"final","args":{"text":"it is )") + kKey +
                                   R"( indeed","title":")" + kKey + R"(","run_summary":[")" + kKey + R"("]}})",
                               R"(,"chunk_chars":5,"chunk_gap_ms":20)"));
    import_roofs();
    const auto server = serve_model({"--log-level", "debug", "--log-file", log_file()});
    const SeenRun run = chat(server->port(), project_id(*server),
                             std::string(R"({"content":"Is )") + kKey + R"( my key?","debug":true})");
    ASSERT_EQ(run.last_type, "final") << run.all();
    EXPECT_EQ(member(run.events.back(), "text"), "it is [redacted] indeed");
    EXPECT_NE(run.all().find("Is [redacted] my key?"), std::string::npos) << run.all();
    expect_nowhere(run, *server);
    EXPECT_EQ(stub_.requests().find(kKey), std::string::npos);  // the model is not told either
}

TEST_F(Canary, InTheHeadersAndThePathsOfRequests) {
    stub_.set_rules(text_reply(kFinal));
    const auto server = serve_model({"--log-level", "debug", "--log-file", log_file()});
    const std::string key = kKey;
    for (const char* name : {"Authorization: Bearer ", "Cookie: cedar_login=", "Origin: http://",
                             "Last-Event-ID: ", "X-Api-Key: ", "Sec-WebSocket-Protocol: "}) {
        const auto field = name + key + "\r\n";
        for (const auto& path : {"/sse/" + key, "/api/" + key, "/project/1?x=" + key, "/ws/chat/" + key})
            ASSERT_TRUE(http::Client(server->port()).ask("GET", path, {}, field).has_value()) << field << path;
    }
    import_roofs();
    expect_nowhere(chat(server->port(), project_id(*server), kQuestion), *server);
}

TEST_F(Canary, InWhatTheProviderSaysOfAFailure) {
    stub_.set_rules(always(std::string(R"({"status":401,"headers":{"x-echo":")") + kKey +
                           R"("},"body":"{\"error\":{\"message\":\"the key )" + kKey +
                           R"( is wrong\",\"code\":\")" + kKey + R"(\"}}"})"));
    import_roofs();
    const auto server = serve_model({"--log-level", "debug", "--log-file", log_file()});
    const SeenRun run = chat(server->port(), project_id(*server), kQuestion);
    EXPECT_TRUE(failed_with(run, "aggregator: provider_auth"));
    expect_nowhere(run, *server);
}

TEST_F(Canary, InAReplayedPromptAndInNamesThatDoNotExist) {
    stub_.set_rules(text_reply(kFinal));
    import_roofs();
    const auto server = serve_model({"--log-level", "debug", "--log-file", log_file()});
    const auto project = project_id(*server);
    const SeenRun run =
        chat(server->port(), project,
             std::string(R"({"content":"x","debug":true,"replay_messages":[{"role":"user","content":"my )") + kKey +
                 R"("}]})");
    EXPECT_EQ(run.all().find(kKey), std::string::npos) << run.all();
    const SeenRun other =
        chat(server->port(), project, std::string(R"({"content":"x","aggregator":"a.)") + kKey + R"("})");
    EXPECT_EQ(other.last_type, "error");
    EXPECT_EQ(other.all().find(kKey), std::string::npos) << other.all();
    http::Client form(server->port());
    ASSERT_TRUE(form.ask("POST", "/projects/create", std::string("title=of+") + kKey).has_value());
    http::Client titles(server->port());
    const auto list = titles.ask("GET", "/api/projects");
    ASSERT_TRUE(list.has_value());
    EXPECT_NE(list->body.find("of [redacted]"), std::string::npos) << list->body;
    const SeenRun named =
        chat(server->port(), project, std::string(R"({"content":"x","components":["a.)") + kKey + R"("]})");
    expect_nowhere(named, *server);
}

TEST_F(Canary, InADocumentIsStoredAsItIsAndNeverShownNorSent) {
    stub_.set_rules(text_reply(kFinal));
    const auto file =
        folder_.write("documents/keys.md", std::string("# Roofs\n\nA slate roof lasts ") + kKey + " years.\n");
    ASSERT_EQ(run({"import", "--project", "houses", file.string()}).code, 0);
    std::filesystem::remove(file);
    const auto server = serve_model({"--log-level", "debug", "--log-file", log_file()});
    const SeenRun run = chat(server->port(), project_id(*server), kQuestion);
    ASSERT_EQ(run.last_type, "final") << run.all();
    EXPECT_NE(run.all().find("A slate roof lasts [redacted] years."), std::string::npos) << run.all();
    EXPECT_EQ(run.all().find(kKey), std::string::npos) << run.all();
    const auto sent = stub_.requests();
    EXPECT_NE(sent.find("A slate roof lasts [redacted] years."), std::string::npos) << sent;
    EXPECT_EQ(sent.find(kKey), std::string::npos);
    EXPECT_EQ(server->stop(), 0);
    EXPECT_EQ((server->process().out() + server->process().err()).find(kKey), std::string::npos);
    const auto found = files_with_key();  // the project's documents, and nothing else
    EXPECT_NE(found, "");
    for (std::size_t at = 0; at < found.size(); at = found.find('\n', at) + 1) {
        const auto line = found.substr(at, found.find('\n', at) - at);
        EXPECT_NE(line.find("/data/projects/"), std::string::npos) << line;
    }
}

TEST_F(Canary, InASettingThatWasMeantForElsewhere) {
    Process::Options options;
    options.environment = model_environment();
    options.environment["CEDAR_PORT"] = kKey;
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"config"}, std::vector<std::string>{"doctor"}}) {
        const Ended ended = run(arguments, options);
        EXPECT_EQ(ended.code, 2);
        EXPECT_EQ((ended.out + ended.err).find(kKey), std::string::npos) << ended.out << ended.err;
    }
}

TEST_F(Canary, InABadLineOfAnEnvFile) {
    Process::Options options;
    options.environment = model_environment();
    options.folder =
        folder_.write("here/.env", std::string("A=1\nOPENAI_API_KEY ") + kKey + "\n").parent_path().string();
    const Ended ended = run({"config"}, options);
    EXPECT_EQ(ended.code, 0);
    EXPECT_NE(ended.err.find(".env:2: expected NAME=VALUE"), std::string::npos) << ended.err;
    EXPECT_EQ((ended.out + ended.err).find(kKey), std::string::npos) << ended.out << ended.err;
}

}  // namespace
}  // namespace cedar::host
