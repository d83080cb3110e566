// The end of a host: asked to, asked twice, and killed.
#include "cedar_fixture.hpp"

#include <random>

namespace cedar::host {
namespace {

class Stop : public CedarTest {
protected:
    // A server with a component that waits for a minute, and a run that has begun to wait for it.
    struct Busy {
        std::unique_ptr<Server> server;
        std::unique_ptr<http::Client> client;
    };
    Busy busy(const std::string& drain_ms) const {
        Busy busy;
        busy.server = serve({"--aggregator", kExtractive, "--plugins", CEDAR_EXAMPLES, "--set",
                             "components.sample.wait={\"seconds\":60}", "--set", "run.drain_ms=" + drain_ms});
        busy.client = std::make_unique<http::Client>(busy.server->port());
        EXPECT_TRUE(busy.client->open("/ws/chat/" + project_id(*busy.server)));
        EXPECT_TRUE(busy.client->text(R"({"content":"wait","components":["sample.wait"]})"));
        while (member(busy.client->next_text(), "text") != "Dispatch sample.wait") {
            if (!busy.server->process().running()) break;
        }
        return busy;
    }
};

TEST_F(Stop, LetsTheWatcherSeeTheEndOfARunThatIsCut) {
    Busy busy = this->busy("100");
    busy.server->process().kill(SIGTERM);
    std::string last, event;
    while (!(event = busy.client->next_text()).empty()) last = event;
    EXPECT_TRUE(is_event(last));
    EXPECT_EQ(member(last, "type"), "error") << last;
    EXPECT_EQ(busy.server->process().wait(), 0) << busy.server->process().err();
}

TEST_F(Stop, EndsAtOnceWhenAskedTwice) {
    Busy busy = this->busy("60000");
    Process& process = busy.server->process();
    process.kill(SIGINT);
    ASSERT_TRUE(eventually([&] { return process.out().find("stopping") != std::string::npos; }));
    process.kill(SIGINT);
    EXPECT_EQ(process.wait(std::chrono::seconds(5)), 128 + SIGINT);
}

TEST_F(Stop, OfAnIdleHostIsQuick) {
    const auto server = serve();
    server->process().kill(SIGINT);
    EXPECT_EQ(server->process().wait(std::chrono::seconds(10)), 0) << server->process().err();
}

// kill -9 at random moments of imports and runs; what was committed is there, and the next start serves.
class Kill : public CedarTest {
protected:
    void SetUp() override {
        seed_ = std::random_device()();
        RecordProperty("seed", std::to_string(seed_));
        std::printf("seed %u\n", seed_);
        random_.seed(seed_);
    }
    void pause(int most_ms) {
        // tidy: allow sleep-in-test (the moment of the kill is to be a random one)
        std::this_thread::sleep_for(
            std::chrono::milliseconds(std::uniform_int_distribution<>(0, most_ms)(random_)));
    }

    static constexpr int kRounds = 8;
    unsigned seed_ = 0;
    std::mt19937 random_;
};

TEST_F(Kill, DuringAnImportLeavesWholeFilesAndAHostThatServes) {
    for (int i = 0; i < 60; ++i) {
        std::string text = "# Part " + std::to_string(i) + "\n\n";
        for (int j = 0; j < 300; ++j) text += "Sentence number " + std::to_string(j) + " is about slate roofs. ";
        folder_.write("docs/part" + std::to_string(i) + ".md", text);
    }
    const std::string docs = (folder_ / "docs").string();
    for (int round = 0; round < kRounds; ++round) {
        Process importing(command({"import", "--project", "houses", docs}));
        pause(300);
        importing.kill(SIGKILL);
        importing.wait();
    }
    const Ended whole = run({"import", "--project", "houses", docs, "--json"});
    ASSERT_EQ(whole.code, 0) << "seed " << seed_ << ": " << whole.err;
    EXPECT_EQ(std::stoi(member(whole.out, "imported")) + std::stoi(member(whole.out, "unchanged")), 60)
        << whole.out;
    EXPECT_EQ(whole.err, "") << "seed " << seed_;
    const Ended asked = run({"ask", "--project", "houses", "--aggregator", kExtractive, "What about slate roofs?"});
    EXPECT_EQ(asked.code, 0) << "seed " << seed_ << ": " << asked.err;
    EXPECT_NE(asked.out.find("slate"), std::string::npos) << asked.out;
}

// What clients saw of their runs is kept, goes on from there, and has one end.
class SeenBeforeTheKill {
public:
    // Asks on so many sockets; what they are shown until the host is killed is kept by read().
    void ask(std::uint16_t port, const std::string& project, int clients) {
        for (int i = 0; i < clients; ++i) {
            clients_.push_back(std::make_unique<http::Client>(port));
            ASSERT_TRUE(clients_.back()->open("/ws/chat/" + project)) << i;
            clients_.back()->text("How long does a slate roof last?");
        }
    }
    void read() {
        for (auto& client : clients_) {
            std::vector<std::string> events;
            for (auto event = client->next_text(); !event.empty(); event = client->next_text())
                events.push_back(event);
            if (!events.empty()) runs_.push_back(std::move(events));
        }
        clients_.clear();
    }
    void expect_kept(std::uint16_t port, const std::string& project) const {
        for (const auto& seen : runs_) {
            http::Client client(port);
            ASSERT_TRUE(client.open("/ws/chat/" + project));
            client.text(R"({"action":"resume","run_id":")" + member(seen.front(), "run_id") + "\"}");
            const auto all = read_run(client).events;
            const auto after = client.next();
            EXPECT_TRUE(after && after->opcode == 8) << "an event after the end";
            ASSERT_GE(all.size(), seen.size());
            EXPECT_TRUE(std::equal(seen.begin(), seen.end(), all.begin()));
            for (std::size_t i = 0; i < all.size(); ++i) {
                const auto type = member(all[i], "type");
                EXPECT_EQ(type == "final" || type == "error", i + 1 == all.size()) << all[i];
            }
        }
    }

private:
    std::vector<std::unique_ptr<http::Client>> clients_;
    std::vector<std::vector<std::string>> runs_;
};

TEST_F(Kill, DuringRunsLeavesEachWithOneEndAndAHostThatStartsAndServes) {
    import_roofs();
    SeenBeforeTheKill seen;
    for (int round = 0; round < kRounds; ++round) {
        const auto server = serve({"--aggregator", kExtractive});
        const std::string project = project_id(*server);
        ASSERT_NO_FATAL_FAILURE(seen.expect_kept(server->port(), project))
            << "seed " << seed_ << ", round " << round;
        ASSERT_NO_FATAL_FAILURE(seen.ask(server->port(), project, 8))
            << "seed " << seed_ << ", round " << round << "\n"
            << server->process().err();
        pause(40);
        server->process().kill(SIGKILL);
        EXPECT_EQ(server->process().wait(), 128 + SIGKILL);
        seen.read();
    }
    const auto server = serve({"--aggregator", kExtractive});
    const auto project = project_id(*server);
    ASSERT_NO_FATAL_FAILURE(seen.expect_kept(server->port(), project)) << "seed " << seed_;
    const SeenRun run = chat(server->port(), project, "How long does a slate roof last?");
    EXPECT_EQ(run.last_type, "final") << "seed " << seed_ << "\n" << run.all();
    EXPECT_EQ(server->stop(), 0);
    EXPECT_EQ(server->process().err().find("ERROR"), std::string::npos)
        << "seed " << seed_ << server->process().err();
}

}  // namespace
}  // namespace cedar::host
