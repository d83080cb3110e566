// What a library did to the process of one host, the next one remembers.
#include "host/runtime/sanitizer_fibers.hpp"
#include "plugin_folder.hpp"

namespace cedar::host {
namespace {

struct Way {
    const char* fixture;
    const char* how;  // as it is remembered
    int code;         // of the host; 0: whatever, since its other threads go on while it ends
};
void PrintTo(const Way& way, std::ostream* out) {
    *out << way.fixture;
}

class HostCrash : public PluginFolderTest {
protected:
    void SetUp() override {
        if (runtime::kSanitized) GTEST_SKIP() << "a sanitizer has handlers of its own, and no note is left";
        PluginFolderTest::SetUp();
        drop("aggregates");
        open();
        if (!has_worker_processes()) GTEST_SKIP() << "this host has no worker processes";
    }
    void open() {
        server_ = serve_folder({"--set", "isolation.default=in-process", "--set", "worker.quarantine_crashes=2"});
        project_ = project_id(*server_);
    }
    [[nodiscard]] std::string file(std::string_view name) const { return (plugins() / name).string(); }
    [[nodiscard]] bool settles(const std::string& name, std::string_view state) const {
        return eventually([&] { return settled(*server_, name).state == state; });
    }
    // Whoever waits for the answer sees the connection end.
    int ask_until_it_dies(const std::string& component) {
        const SeenRun run = chat(server_->port(), project_, request({component}));
        EXPECT_EQ(run.last_type, "") << run.all();
        return server_->process().wait();
    }
    [[nodiscard]] std::string listing() const {
        http::Client client(server_->port());
        const auto answer = client.ask("GET", "/api/plugins");
        return answer ? answer->body : std::string();
    }
    [[nodiscard]] std::size_t notes() const {
        std::error_code none;
        const std::filesystem::directory_iterator begin(data() + "/crashes", none);
        return none ? 0 : static_cast<std::size_t>(std::distance(begin, std::filesystem::directory_iterator()));
    }

    std::unique_ptr<Server> server_;
    std::string project_;
};

class HostCrashBy : public HostCrash, public testing::WithParamInterface<Way> {};

TEST_P(HostCrashBy, IsRememberedUntilTheLibraryIsInQuarantine) {
    const Way& way = GetParam();
    const std::string name = std::string(way.fixture) + ".so", component = std::string("fixture.") + way.fixture;
    drop(way.fixture);
    for (const char* times : {"1", "2"}) {
        ASSERT_TRUE(settles(name, "ready"));
        const int code = ask_until_it_dies(component);
        ASSERT_NE(code, -1);
        EXPECT_TRUE(way.code == 0 || code == way.code) << code;
        EXPECT_EQ(notes(), 1U);
        open();
        EXPECT_EQ(notes(), 0U);
        EXPECT_NE(listing().find(R"("host_crashes":{"times":)" + std::string(times) + R"(,"last":")" + way.how),
                  std::string::npos)
            << listing();
    }
    ASSERT_TRUE(settles(name, "quarantined"));
    const std::string reason = listed(*server_, name).front().reason;
    EXPECT_TRUE(reason.starts_with(
        "it ended the host's process 2 times within 600 s, the last time: " + std::string(way.how) + " ("))
        << reason;
    EXPECT_TRUE(reason.ends_with("`cedar plugins clear " + file(name) + "` lets it be tried again")) << reason;
    EXPECT_EQ(chat(server_->port(), project_, request({component})).last_type, "error");
    const Ended list = run({"plugins"});
    EXPECT_NE(list.out.find(file(name) + ": ended the host's process 2 times, the last time "), std::string::npos)
        << list.out;
    EXPECT_EQ(server_->stop(), 0);
    EXPECT_EQ(run({"plugins", "clear", file(name)}).out, file(name) + " is out of quarantine\n");
    open();
    EXPECT_TRUE(settles(name, "ready"));
    EXPECT_EQ(listing().find("host_crashes"), std::string::npos) << listing();
    EXPECT_EQ(server_->stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Way, HostCrashBy,
                         testing::Values(Way{"segfaults", "SIGSEGV in fixture.segfaults", 128 + SIGSEGV},
                                         Way{"aborts", "SIGABRT in fixture.aborts", 128 + SIGABRT},
                                         Way{"double_free", "SIGABRT in fixture.double_free", 128 + SIGABRT},
                                         Way{"overflows_stack",
                                             "an overflow of its stack in fixture.overflows_stack", 128 + SIGSEGV},
                                         Way{"throws_in_thread", "SIGABRT in a thread of its own", 128 + SIGABRT},
                                         Way{"exits", "exit() in fixture.exits", 0}),
                         [](const auto& way) { return std::string(way.param.fixture); });

// Whoever ends the host from outside while a component runs says nothing about the component.
TEST_F(HostCrash, FromOutsideIsNobodysFault) {
    drop("spins_forever");
    for (const int signal : {SIGKILL, SIGABRT, SIGSEGV}) {
        ASSERT_TRUE(settles("spins_forever.so", "ready"));
        http::Client client(server_->port());
        ASSERT_TRUE(client.open("/ws/chat/" + project_));
        ASSERT_TRUE(client.text(request({"fixture.spins_forever"})));
        for (std::string event; event.find("fixture.spins_forever timeout") == std::string::npos;) {
            event = client.next_text();
            ASSERT_FALSE(event.empty());
        }
        server_->process().kill(signal);
        EXPECT_EQ(server_->process().wait(), 128 + signal);
        EXPECT_EQ(notes(), 0U);
        open();
        EXPECT_EQ(listing().find("host_crashes"), std::string::npos) << listing();
    }
    EXPECT_EQ(server_->stop(), 0);
}

TEST_F(HostCrash, AnOrderlyEndLeavesNothingBehind) {
    drop("good");
    ASSERT_TRUE(settles("good.so", "ready"));
    EXPECT_EQ(result_of(chat(server_->port(), project_, request({"fixture.good"})), "fixture.good").status, "ok");
    EXPECT_EQ(server_->stop(), 0);
    EXPECT_FALSE(std::filesystem::exists(data() + "/crashes"));
}

// What a worker process contains is not the host's end.
TEST_F(HostCrash, OfAWorkerIsNotTheHosts) {
    EXPECT_EQ(server_->stop(), 0);
    drop("segfaults");
    server_ = serve_folder();
    const SeenRun run = chat(server_->port(), project_, request({"fixture.segfaults"}));
    EXPECT_EQ(result_of(run, "fixture.segfaults").status, "crashed") << run.all();
    EXPECT_FALSE(std::filesystem::exists(data() + "/crashes"));
    EXPECT_EQ(server_->stop(), 0);
}

}  // namespace
}  // namespace cedar::host
