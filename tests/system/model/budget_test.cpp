// What the model may cost.
#include "model_fixture.hpp"

#include <csignal>

namespace cedar::host {
namespace {

class Budget : public ModelTest {
protected:
    [[nodiscard]] std::unique_ptr<Server> serve_capped(const std::string& per_day) const {
        return serve_model({"--set", "llm.max_cost_per_day=" + per_day});
    }
    [[nodiscard]] static std::string health(const Server& server) {
        http::Client client(server.port());
        const auto answer = client.ask("GET", "/healthz");
        return answer ? answer->body : std::string();
    }
};

TEST_F(Budget, OfARunThatIsTooSmallIsAnError) {
    stub_.set_rules(text_reply(kFinal));
    const SeenRun run = ask_model({"--set", "llm.max_cost_per_run=0.000001"});
    EXPECT_TRUE(failed_with(run, "aggregator: budget"));
    EXPECT_EQ(stub_.counter("calls"), 0U);
}

TEST_F(Budget, OfADayCountsWhatAnEarlierHostSpent) {
    stub_.set_rules(text_reply(kFinal));
    import_roofs();
    const auto first = serve_capped("1");
    ASSERT_EQ(chat(first->port(), project_id(*first), kQuestion).last_type, "final");
    EXPECT_EQ(first->stop(), 0) << first->process().err();
    const auto second = serve_capped("0.001");
    EXPECT_EQ(path(health(*second), {"model", "cost_today"}), "0.000325") << health(*second);
    const SeenRun run = chat(second->port(), project_id(*second), kQuestion);
    EXPECT_TRUE(failed_with(run, "aggregator: budget"));
    EXPECT_NE(run.events.back().find("$0.0003 of it is used or reserved"), std::string::npos) << run.events.back();
    EXPECT_EQ(stub_.counter("calls"), 1U);
}

TEST_F(Budget, OfADayCountsWhatAHostThatWasKilledMayHaveSpent) {
    stub_.set_rules(always(R"({"text":"x","fault":"hang"})"));
    import_roofs();
    const auto first = serve_capped("0.06");  // enough for one call of some four cents at most, not for two
    http::Client client(first->port());
    ASSERT_TRUE(client.open("/ws/chat/" + project_id(*first)));
    ASSERT_TRUE(client.text(kQuestion));
    ASSERT_TRUE(eventually([&] { return stub_.counter("live") == 1; }));
    first->process().kill(SIGKILL);
    EXPECT_EQ(first->process().wait(), 128 + SIGKILL);
    const auto second = serve_capped("0.06");
    EXPECT_TRUE(failed_with(chat(second->port(), project_id(*second), kQuestion), "aggregator: budget"));
    EXPECT_EQ(stub_.counter("calls"), 1U);
}

TEST_F(Budget, OfADayThatCannotBeReadRefusesAndNamesTheFile) {
    stub_.set_rules(text_reply(kFinal));
    import_roofs();
    folder_.write("data/llm-costs-today", "half a li");
    const auto server = serve_capped("1");
    const SeenRun run = chat(server->port(), project_id(*server), kQuestion);
    EXPECT_TRUE(failed_with(run, "aggregator: budget"));
    EXPECT_NE(run.events.back().find("llm-costs-today"), std::string::npos) << run.events.back();
    EXPECT_EQ(stub_.counter("calls"), 0U);
}

}  // namespace
}  // namespace cedar::host
