// More requests than a host has places for.
#include "faults_fixture.hpp"
#include "host/runtime/sanitizer_fibers.hpp"

#include <map>
#include <set>

namespace cedar::host {
namespace {

using http::Client;
using namespace std::chrono_literals;

// Sockets that ask much at once, and what each run showed on them.
class RunFaults : public FaultsTest {
protected:
    static constexpr std::size_t kSockets = 16, kEach = runtime::kSanitized ? 8 : 63;

    std::unique_ptr<Client> opened() const {
        auto client = std::make_unique<Client>(port());
        EXPECT_TRUE(client->open(socket_path()));
        return client;
    }
    static std::string next_of(Client& client) {
        auto event = client.next_text();
        if (event.empty() && client.hears_within(60s)) event = client.next_text();
        return event;
    }
    // The id of a run that goes on until it is cancelled.
    static std::string hold_the_place(Client& client) {
        EXPECT_TRUE(client.text(R"({"content":"wait","components":["sample.wait"],"keep_open":true})"));
        const auto ack = client.next_text();
        EXPECT_EQ(member(ack, "queue_position"), "0") << ack;
        for (auto event = ack; member(event, "text") != "Dispatch sample.wait"; event = next_of(client)) {
            EXPECT_FALSE(event.empty());
            if (event.empty()) break;
        }
        return member(ack, "run_id");
    }
    static void cancel(Client& client, const std::string& run_id) {
        EXPECT_TRUE(client.text(R"({"action":"cancel","run_id":")" + run_id + "\"}"));
    }
    // Reads until so many events of that type have come.
    void read(Client& client, const std::string& type, std::size_t count) {
        while (count > 0) {
            const auto event = next_of(client);
            ASSERT_FALSE(event.empty()) << count << " of " << type << " are missing";
            if (member(event, "type") == type) --count;
            runs[member(event, "run_id")].push_back(event);
        }
    }

    std::map<std::string, std::vector<std::string>> runs;
};

void expect_one_final(const std::vector<std::string>& events) {
    for (std::size_t i = 0; i < events.size(); ++i) {
        ASSERT_EQ(member(events[i], "seq"), std::to_string(i + 1)) << events[i];
        const auto type = member(events[i], "type");
        ASSERT_EQ(type == "final", i + 1 == events.size()) << events[i];
        ASSERT_NE(type, "error") << events[i];
    }
}

TEST_F(RunFaults, AThousandThatWaitKnowTheirPlacesAndEachEndsOnceAndThoseBeyondAreRefused) {
    constexpr std::size_t waiting = kSockets * kEach;
    host({"run.at_once=1", "run.queue_max=" + std::to_string(waiting), "run.timeout_ms=600000",
          "server.client_requests_per_second=0", "components.sample.wait={\"seconds\":600}",
          std::string("plugins=") + CEDAR_EXAMPLES});
    {
        const auto first = opened();  // now there is the process that the component needs
        cancel(*first, hold_the_place(*first));
        ASSERT_NO_FATAL_FAILURE(read(*first, "error", 1));
        runs.clear();
    }
    take_base();
    const auto holder = opened();
    const auto held = hold_the_place(*holder);
    std::vector<std::unique_ptr<Client>> crowd;
    for (std::size_t i = 0; i < kSockets; ++i) {
        crowd.push_back(opened());
        for (std::size_t j = 0; j < kEach; ++j)
            ASSERT_TRUE(
                crowd.back()->text(R"({"content":"roof","components":["example.summarize"],"keep_open":true})"));
        ASSERT_NO_FATAL_FAILURE(read(*crowd.back(), "ack", kEach));
    }
    std::set<int> places;
    for (const auto& [id, events] : runs) places.insert(std::stoi(member(events.front(), "queue_position")));
    EXPECT_EQ(places.size(), waiting);
    EXPECT_EQ(*places.begin(), 1);
    EXPECT_EQ(*places.rbegin(), static_cast<int>(waiting));
    const auto refused = chat(port(), project(), R"({"content":"roof"})");
    EXPECT_EQ(refused.last_type, "error");
    EXPECT_NE(refused.events.back().find("queue_max"), std::string::npos) << refused.all();
    EXPECT_TRUE(serves_others());
    cancel(*holder, held);
    for (auto& client : crowd) ASSERT_NO_FATAL_FAILURE(read(*client, "final", kEach));
    EXPECT_EQ(runs.size(), waiting);
    for (const auto& [id, events] : runs) ASSERT_NO_FATAL_FAILURE(expect_one_final(events));
    holder->shut();
    for (auto& client : crowd) client->shut();
    expect_unharmed(64 * 1024);
}

}  // namespace
}  // namespace cedar::host
