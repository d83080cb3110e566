// What a watcher that left finds when it comes back: also after the host was killed.
#include "cedar_fixture.hpp"

#include <random>

namespace cedar::host {
namespace {

class Resume : public CedarTest {
protected:
    std::unique_ptr<Server> waiting_server() const {
        return serve({"--aggregator", kExtractive, "--plugins", CEDAR_EXAMPLES, "--set",
                      "components.sample.wait={\"seconds\":60}"});
    }
    // The events after `after`, up to the terminal one.
    static std::vector<std::string> resume(std::uint16_t port, const std::string& project,
                                           const std::string& run_id, std::size_t after) {
        http::Client client(port);
        std::vector<std::string> events;
        if (!client.open("/ws/chat/" + project)) return events;
        client.text(R"({"action":"resume","run_id":")" + run_id + R"(","after_seq":)" + std::to_string(after) +
                    "}");
        for (auto event = client.next_text(); !event.empty(); event = client.next_text()) events.push_back(event);
        return events;
    }
};

TEST_F(Resume, ShowsARunAgainAfterARestart) {
    import_roofs();
    auto server = serve({"--aggregator", kExtractive});
    const auto project = project_id(*server);
    const auto run = chat(server->port(), project, "How long does a slate roof last?");
    ASSERT_EQ(run.last_type, "final") << run.all();
    const auto run_id = member(run.events.front(), "run_id");
    EXPECT_EQ(resume(server->port(), project, run_id, 0), run.events);
    EXPECT_EQ(server->stop(), 0);
    server = serve({"--aggregator", kExtractive});
    EXPECT_EQ(resume(server->port(), project, run_id, 0), run.events);
    const std::vector<std::string> tail(run.events.begin() + 3, run.events.end());
    EXPECT_EQ(resume(server->port(), project, run_id, 3), tail);
    EXPECT_TRUE(resume(server->port(), project, run_id, run.events.size()).empty());
}

// Killed at random moments: what a client saw is there, without a hole, and ends with one terminal event.
TEST_F(Resume, EndsARunThatWasCutOffByAKillOnce) {
    const auto seed = std::random_device()();
    std::mt19937 random(seed);
    for (int round = 0; round < 5; ++round) {
        auto server = waiting_server();
        const auto project = project_id(*server);
        http::Client client(server->port());
        ASSERT_TRUE(client.open("/ws/chat/" + project));
        client.text(R"({"content":"wait","components":["sample.wait"]})");
        std::vector<std::string> seen;
        const auto wanted = 1 + random() % 8;
        while (seen.size() < wanted) {
            seen.push_back(client.next_text());
            ASSERT_FALSE(seen.back().empty()) << "seed " << seed;
        }
        server->process().kill(SIGKILL);
        server->process().wait();
        for (auto event = client.next_text(); !event.empty(); event = client.next_text()) seen.push_back(event);
        const auto run_id = member(seen.front(), "run_id");
        for (int restart = 0; restart < 2; ++restart) {
            server = waiting_server();
            auto events = resume(server->port(), project, run_id, 0);
            ASSERT_GT(events.size(), seen.size()) << "seed " << seed << " " << testing::PrintToString(events);
            for (std::size_t i = 0; i < events.size(); ++i) {
                EXPECT_TRUE(is_event(events[i]));
                EXPECT_EQ(member(events[i], "seq"), std::to_string(i + 1));
                if (i < seen.size()) {
                    EXPECT_EQ(events[i], seen[i]) << "seed " << seed;
                }
                const bool last = i + 1 == events.size();
                EXPECT_EQ(member(events[i], "code") == "host_restarted", last) << "seed " << seed << events[i];
            }
            EXPECT_EQ(resume(server->port(), project, run_id, events.size() - 1).size(), 1U);
            EXPECT_EQ(server->stop(), 0);
        }
    }
}

}  // namespace
}  // namespace cedar::host
