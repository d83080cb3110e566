// No key, and no model by intention.
#include "model_fixture.hpp"

namespace cedar::host {
namespace {

class Keyless : public ModelTest {
protected:
    [[nodiscard]] std::unique_ptr<Server> serve_keyless(std::vector<std::string> more = {},
                                                        Environment extra = {}) const {
        extra.emplace("OPENAI_API_KEY", "");
        return serve_model(std::move(more), extra);
    }
    static std::string page(const Server& server, const std::string& target) {
        http::Client client(server.port());
        const auto answer = client.ask("GET", target);
        return answer ? answer->body : std::string();
    }
    static std::optional<http::Answer> test_tool(const Server& server) {
        http::Client client(server.port());
        return client.ask("POST", "/api/test/tool", R"({"function":"web"})");
    }
};

TEST_F(Keyless, EndsInMissingKeyAndTouchesNoNetwork) {
    import_roofs();
    const auto server = serve_keyless();
    const SeenRun run = chat(server->port(), project_id(*server), kQuestion);
    EXPECT_TRUE(failed_with(run, "missing_key"));
    const std::string detail = member(run.events.back(), "detail");
    EXPECT_NE(detail.find("OPENAI_API_KEY"), std::string::npos) << detail;
    EXPECT_NE(detail.find("--aggregator aggregator.extractive"), std::string::npos) << detail;
    EXPECT_EQ(run.close_code, 1000U);
    EXPECT_EQ(stub_.counter("calls"), 0U);
    EXPECT_EQ(stub_.counter("connections"), 1U);  // the one that asks
    const auto seen = page(*server, "/project/" + project_id(*server));
    EXPECT_NE(seen.find("Set OPENAI_API_KEY"), std::string::npos) << seen;
    EXPECT_NE(seen.find("--aggregator aggregator.extractive"), std::string::npos) << seen;
    EXPECT_TRUE(eventually([&] { return server->process().out().find("no key") != std::string::npos; }))
        << server->process().out();
}

TEST_F(Keyless, AnAggregatorWithoutAModelNeedsNone) {
    import_roofs();
    const auto server = serve_keyless({"--aggregator", kExtractive});
    const SeenRun run = chat(server->port(), project_id(*server), kQuestion);
    EXPECT_EQ(run.last_type, "final") << run.all();
    EXPECT_EQ(page(*server, "/").find("OPENAI_API_KEY"), std::string::npos);
}

TEST_F(Keyless, FindsTheKeyInTheEnvFileOfTheWorkingFolder) {
    stub_.set_rules(text_reply(kFinal));
    import_roofs();
    Process::Options options;
    options.environment = model_environment();
    options.environment.erase("OPENAI_API_KEY");
    options.folder =
        folder_.write("here/.env", std::string("CEDARPY_OPENAI_API_KEY='") + kKey + "'\n").parent_path().string();
    const auto server = serve({}, options);
    EXPECT_EQ(chat(server->port(), project_id(*server), kQuestion).last_type, "final");
}

TEST_F(Keyless, TestModeAnswersByRuleAndSaysSo) {
    import_roofs();
    const auto server = serve_keyless({}, {{"CEDAR_TEST_MODE", "1"}});
    const auto project = project_id(*server);
    const SeenRun run = chat(server->port(), project, kQuestion);
    ASSERT_EQ(run.last_type, "final") << run.all();
    EXPECT_EQ(member(run.events.back(), "test_mode"), "true");
    EXPECT_EQ(path(run.events.back(), {"json", "function"}), "final");
    EXPECT_EQ(member(run.events.back(), "text"), "Test mode");
    EXPECT_EQ(member(chat(server->port(), project, kQuestion).events.back(), "text"), "Test mode");
    EXPECT_EQ(stub_.counter("calls"), 0U);
    EXPECT_NE(page(*server, "/").find("Test mode"), std::string::npos);
    EXPECT_NE(page(*server, "/project/" + project).find("Test mode"), std::string::npos);
    const auto tool = test_tool(*server);
    ASSERT_TRUE(tool.has_value());
    EXPECT_EQ(tool->status, 400U);
    EXPECT_NE(tool->body.find("unsupported function"), std::string::npos) << tool->body;
}

TEST_F(Keyless, NothingElseSwitchesTestModeOn) {
    const auto server =
        serve_keyless({}, {{"PYTEST_CURRENT_TEST", "x"}, {"PW_TEST", "1"}, {"PLAYWRIGHT_BROWSERS_PATH", "x"}});
    EXPECT_EQ(page(*server, "/").find("Test mode"), std::string::npos);
    const auto tool = test_tool(*server);
    ASSERT_TRUE(tool.has_value());
    EXPECT_EQ(tool->status, 403U);
}

}  // namespace
}  // namespace cedar::host
