// What an operator decides about plugins: trust, quarantine, policy, safe mode.
#include "host/runtime/sanitizer_fibers.hpp"
#include "plugin_folder.hpp"

namespace cedar::host {
namespace {

class Operator : public PluginFolderTest {
protected:
    void SetUp() override {
        PluginFolderTest::SetUp();
        drop("aggregates");
    }
    void open(std::vector<std::string> settings = {}) {
        server_ = serve_folder(std::move(settings));
        project_ = project_id(*server_);
    }
    [[nodiscard]] std::string file(std::string_view name) const { return (plugins() / name).string(); }
    [[nodiscard]] ListedResult ask(const std::string& component) {
        const SeenRun run = chat(server_->port(), project_, request({component}));
        last_run_ = run.all();
        return result_of(run, component);
    }
    [[nodiscard]] bool runs_in(std::string_view name, std::string_view mode, std::string_view generation) {
        return eventually([&] {
            const auto all = listed(*server_, name);
            return !all.empty() && all.front().state == "ready" && all.front().mode == mode &&
                   all.front().generation == generation;
        });
    }

    std::unique_ptr<Server> server_;
    std::string project_, last_run_;
};

TEST_F(Operator, TrustsAContentAndTakesItBackWhileTheHostRuns) {
    drop("good");
    open();
    EXPECT_TRUE(runs_in("good.so", "process", "1"));
    const Ended trusted = run({"plugins", "trust", file("good.so")});
    EXPECT_EQ(trusted.code, 0) << trusted.err;
    EXPECT_NE(trusted.out.find(" is trusted"), std::string::npos) << trusted.out;
    EXPECT_TRUE(runs_in("good.so", "in-process", "2"));
    EXPECT_EQ(ask("fixture.good").status, "ok") << last_run_;
    const Ended untrusted = run({"plugins", "untrust", file("good.so")});
    EXPECT_EQ(untrusted.code, 0) << untrusted.err;
    EXPECT_TRUE(runs_in("good.so", "process", "3"));
    EXPECT_EQ(ask("fixture.good").status, "ok") << last_run_;
    const Ended again = run({"plugins", "untrust", file("good.so")});
    EXPECT_NE(again.out.find("was not, so nothing has changed"), std::string::npos) << again.out;
    EXPECT_EQ(server_->stop(), 0);
}

TEST_F(Operator, TrustsNoOtherContentOfTheSameName) {
    drop("good");
    EXPECT_EQ(run({"plugins", "trust", file("good.so")}).code, 0);
    open();
    EXPECT_TRUE(runs_in("good.so", "in-process", "1"));
    drop("good_newer", "good.so");
    EXPECT_TRUE(runs_in("good.so", "process", "2"));
    EXPECT_EQ(server_->stop(), 0);
}

TEST_F(Operator, DoesNotTrustWhatNoHostWouldLoad) {
    drop("wrong_magic");
    const Ended trusted = run({"plugins", "trust", file("wrong_magic.so")});
    EXPECT_EQ(trusted.code, 1);
    EXPECT_NE(trusted.err.find("no host would load it: wrong magic"), std::string::npos) << trusted.err;
    EXPECT_EQ(run({"plugins", "trust"}).code, 2);
}

TEST_F(Operator, ClearsAQuarantineWhileTheHostRuns) {
    drop("exits");
    open({"--set", "worker.quarantine_crashes=2", "--set", "worker.breaker_failures=0"});
    EXPECT_TRUE(runs_in("exits.so", "process", "1"));
    EXPECT_EQ(ask("fixture.exits").status, "crashed") << last_run_;
    EXPECT_EQ(ask("fixture.exits").status, "crashed") << last_run_;
    EXPECT_TRUE(eventually([&] { return settled(*server_, "exits.so").state == "quarantined"; }));
    const std::string reason = listed(*server_, "exits.so").front().reason;
    EXPECT_NE(reason.find("`cedar plugins clear " + file("exits.so") + "`"), std::string::npos) << reason;
    const Ended list = run({"plugins", "--plugins", plugins().string()});
    EXPECT_NE(list.out.find("quarantined"), std::string::npos) << list.out;
    const Ended cleared = run({"plugins", "clear", file("exits.so")});
    EXPECT_EQ(cleared.code, 0) << cleared.err;
    EXPECT_NE(cleared.out.find(" is out of quarantine"), std::string::npos) << cleared.out;
    EXPECT_TRUE(eventually([&] { return settled(*server_, "exits.so").state == "ready"; }));
    EXPECT_EQ(ask("fixture.exits").status, "crashed") << last_run_;
    http::Client client(server_->port());
    const auto metrics = client.ask("GET", "/metrics");
    ASSERT_TRUE(metrics);
    EXPECT_NE(metrics->body.find("cedar_worker_crashes_total 3"), std::string::npos) << metrics->body;
    EXPECT_EQ(server_->stop(), 0);
}

TEST_F(Operator, SeesTheBreakerOfAComponentThatHoldsItsThread) {
    drop("sleeps");
    open({"--set", "isolation.default=in-process", "--set", "worker.grace_ms=1", "--set",
          "worker.breaker_failures=1", "--set", "worker.breaker_pause_ms=60000"});
    EXPECT_TRUE(runs_in("sleeps.so", "in-process", "1"));
    EXPECT_TRUE(eventually([&] { return ask("fixture.sleeps_blocking").code == "circuit_open"; })) << last_run_;
    http::Client client(server_->port());
    const auto plugins = client.ask("GET", "/api/plugins");
    ASSERT_TRUE(plugins);
    EXPECT_NE(plugins->body.find("\"circuit\":\"open\""), std::string::npos) << plugins->body;
    EXPECT_TRUE(eventually([&] {
        const auto now = client.ask("GET", "/api/plugins");
        return now && now->body.find(R"("ends":{"crashes":0,"kills":0,"stuck":)") != std::string::npos;
    }));
    const std::string text = run({"plugins"}).out;
    EXPECT_NE(text.find("fixture.sleeps_blocking: its circuit is "), std::string::npos) << text;
    EXPECT_NE(text.find(": crashed 0, killed 0, stuck "), std::string::npos) << text;
    const auto metrics = client.ask("GET", "/metrics");
    ASSERT_TRUE(metrics);
    EXPECT_EQ(metrics->body.find("cedar_stuck_total 0"), std::string::npos);
    EXPECT_NE(metrics->body.find("cedar_stuck_total "), std::string::npos);
    EXPECT_EQ(server_->stop(), 0);
}

TEST_F(Operator, FindsInQuarantineWhatHeldItsThreadTooOften) {
    drop("sleeps");
    open({"--set", "isolation.default=in-process", "--set", "worker.grace_ms=1", "--set",
          "worker.breaker_failures=0", "--set", "worker.quarantine_crashes=1"});
    EXPECT_TRUE(eventually([&] {
        static_cast<void>(ask("fixture.sleeps_blocking"));
        return settled(*server_, "sleeps.so").state == "quarantined";
    })) << last_run_;
    const std::string reason = listed(*server_, "sleeps.so").front().reason;
    EXPECT_NE(reason.find("fixture.sleeps_blocking did not come back within 1 ms of its deadline"),
              std::string::npos)
        << reason;
    EXPECT_EQ(server_->stop(), 0);
}

// The reason of a crash has the last line that the worker wrote, whatever is in it.
TEST_F(Operator, SeesNoKeyInTheReasonOfACrash) {
    if (runtime::kSanitized) GTEST_SKIP() << "a sanitizer ends such processes in its own words";
    drop("overflows_stack");
    Process::Options options;
    options.environment["OPENAI_API_KEY"] = "stack_kib";  // a part of that line
    server_ = serve({"--plugins", plugins().string(), "--aggregator", "fixture.aggregates"}, options);
    project_ = project_id(*server_);
    EXPECT_EQ(ask("fixture.overflows_stack").status, "crashed") << last_run_;
    EXPECT_EQ(last_run_.find("stack_kib"), std::string::npos) << last_run_;
    http::Client client(server_->port());
    const auto seen = [&] {
        const auto answer = client.ask("GET", "/api/plugins");
        return answer ? answer->body : std::string();
    };
    EXPECT_TRUE(eventually([&] { return seen().find("\"event\":\"crashed\"") != std::string::npos; })) << seen();
    EXPECT_NE(seen().find("(manifest: [redacted])"), std::string::npos) << seen();
    EXPECT_EQ(seen().find("stack_kib"), std::string::npos) << seen();
    EXPECT_EQ(run({"plugins"}).out.find("stack_kib"), std::string::npos);
    EXPECT_EQ(server_->stop(), 0);
}

TEST_F(Operator, StartsInSafeModeWithoutThePluginsOfOthers) {
    drop("good");
    drop("constructor_aborts");
    server_ = serve_folder({"--safe-mode", "--aggregator", kExtractive});
    http::Client client(server_->port());
    const auto answer = client.ask("GET", "/api/plugins");
    ASSERT_TRUE(answer);
    EXPECT_NE(answer->body.find("\"safe_mode\":true"), std::string::npos);
    EXPECT_EQ(answer->body.find(plugins().string()), std::string::npos) << answer->body;
    const Ended list = run({"plugins", "--safe-mode", "--plugins", plugins().string()});
    EXPECT_NE(list.out.find("safe mode"), std::string::npos) << list.out;
    EXPECT_EQ(server_->stop(), 0);
}

// The same in both modes.
class Policy : public Operator, public testing::WithParamInterface<const char*> {
protected:
    void open_with(const std::string& setting) {
        drop("asks");
        open({"--set", std::string("isolation.default=") + GetParam(), "--set", setting});
    }
    void expect_denied(const std::string& why) {
        EXPECT_EQ(ask("fixture.asks").status, "denied") << last_run_;
        EXPECT_NE(last_run_.find("denied: " + why), std::string::npos) << last_run_;
        EXPECT_EQ(server_->stop(), 0);
    }
};

TEST_P(Policy, DeniesAServiceAndSaysSoToTheWatchers) {
    open_with("policy.deny=asks.so=timer.sleep");
    expect_denied("asks.so may not use timer.sleep [policy.deny]");
}

TEST_P(Policy, AllowsNothingButWhatIsListed) {
    open_with("policy.allow=asks.so=store.search");
    expect_denied("asks.so may not use timer.sleep, which is not among what it may use [policy.allow]");
}

TEST_P(Policy, LeavesOthersAlone) {
    open_with("policy.deny=good.so=*");
    EXPECT_EQ(ask("fixture.asks").status, "ok") << last_run_;
    EXPECT_EQ(server_->stop(), 0);
}

TEST_P(Policy, NeedsAreAskedForBeforeIt) {
    drop("asks_unneeded");
    open_with("policy.allow=asks_unneeded.so=*");
    EXPECT_EQ(ask("fixture.asks_unneeded").status, "denied") << last_run_;
    EXPECT_NE(last_run_.find("denied: fixture.asks_unneeded does not list timer.sleep in its needs"),
              std::string::npos)
        << last_run_;
    EXPECT_EQ(server_->stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Mode, Policy, testing::Values("in-process", "process"), [](const auto& mode) {
    return std::string(mode.param) == "process" ? "Process" : "InProcess";
});

}  // namespace
}  // namespace cedar::host
