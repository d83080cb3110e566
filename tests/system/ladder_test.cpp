// What the host does, step by step, about a component that does not stop; and where each step is seen.
#include "plugin_folder.hpp"

namespace cedar::host {
namespace {

struct Rung {
    const char *mode, *fixture, *component;
    const char *stage, *why;  // of the last resort
    const char* told_of;      // what the plugins' events say before that
};
void PrintTo(const Rung& rung, std::ostream* out) {
    *out << rung.mode;
}

class Ladder : public PluginFolderTest, public testing::WithParamInterface<Rung> {
protected:
    void SetUp() override {
        PluginFolderTest::SetUp();
        if (!has_worker_processes()) GTEST_SKIP() << "this host has no worker processes";
        drop("aggregates");
        drop(GetParam().fixture);
        drop("waits");
        server_ = serve_folder({"--set", std::string("isolation.default=") + GetParam().mode, "--set",
                                "worker.grace_ms=1", "--set", "worker.breaker_failures=0"});
        project_ = project_id(*server_);
    }
    [[nodiscard]] std::string get(const std::string& target) const {
        http::Client client(server_->port());
        const auto answer = client.ask("GET", target);
        return answer ? answer->body : std::string();
    }
    [[nodiscard]] std::string last_resort() const {
        return std::string("\"event\":\"") + GetParam().stage + "\",\"file\":\"" + plugins().string() + "/" +
               GetParam().fixture + ".so\",\"text\":\"" + GetParam().told_of + GetParam().why;
    }

    std::unique_ptr<Server> server_;
    std::string project_;
};

// Another component is waited for: so there is a run that can tell.
TEST_P(Ladder, IsSeenInARunThatGoesOn) {
    const std::string component = GetParam().component;
    http::Client client(server_->port());
    ASSERT_TRUE(client.open("/ws/chat/" + project_));
    ASSERT_TRUE(client.text(request({component, "fixture.waits"})));
    SeenRun run;
    bool timed_out = false;
    std::string event;
    while (member(event, "component") != component || member(event, "type") != "info") {
        event = client.next_text();
        ASSERT_FALSE(event.empty()) << run.all();
        run.events.push_back(event);
        ASSERT_NE(member(event, "type"), "final") << run.all();
        timed_out = timed_out || event.find(component + " timeout") != std::string::npos;
    }
    EXPECT_TRUE(timed_out) << run.all();
    EXPECT_TRUE(is_event(event));
    EXPECT_EQ(member(event, "stage"), GetParam().stage);
    EXPECT_NE(member(event, "text").find(GetParam().why), std::string::npos) << event;
    ASSERT_TRUE(client.text(R"({"action":"cancel","run_id":")" + member(event, "run_id") + "\"}"));
    while (member(event, "type") != "error") {
        event = client.next_text();
        ASSERT_FALSE(event.empty());
    }
    client.shut();
    EXPECT_EQ(server_->stop(), 0);
}

// Nobody else is waited for: the run ends at the deadline, and the rest is told of the plugin.
TEST_P(Ladder, IsSeenWhereTheRunHasEnded) {
    const SeenRun run = chat(server_->port(), project_, request({GetParam().component}));
    EXPECT_EQ(result_of(run, GetParam().component).status, "timeout") << run.all();
    EXPECT_EQ(run.last_type, "final") << run.all();
    EXPECT_TRUE(eventually([&] { return get("/api/plugins").find(last_resort()) != std::string::npos; }))
        << last_resort() << "\n"
        << get("/api/plugins");
    const std::string metrics = get("/metrics");
    const std::string counter =
        GetParam().stage == std::string("killed") ? "cedar_worker_kills_total" : "cedar_stuck_total";
    EXPECT_NE(metrics.find("\n" + counter + " 1"), std::string::npos) << metrics;
    EXPECT_EQ(server_->stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Mode, Ladder,
    testing::Values(Rung{"process", "never_returns", "fixture.never_returns", "killed",
                         "was killed because fixture.never_returns did not stop within 1 ms of its "
                         "deadline or its cancel",
                         "its worker "},
                    Rung{"in-process", "sleeps", "fixture.sleeps_blocking", "written_off",
                         "did not come back within 1 ms of its deadline; its thread is written off",
                         "fixture.sleeps_blocking "}),
    [](const auto& rung) { return std::string(rung.param.mode) == "process" ? "Process" : "InProcess"; });

}  // namespace
}  // namespace cedar::host
