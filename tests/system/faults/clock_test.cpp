// A wall clock that jumps under a host at work.
#include "faults_fixture.hpp"
#include "stream_reader.hpp"

#include <fstream>

namespace cedar::host {
namespace {

using http::Client;

class ClockFaults : public FaultsTest {
protected:
    ClockFaults() { set(0); }
    // Moves the host's wall clock by so many seconds against ours.
    void set(std::int64_t seconds) const {
        std::fstream file(shift(), std::ios::binary | std::ios::in | std::ios::out);
        if (!file) file.open(shift(), std::ios::binary | std::ios::out);
        file.write(reinterpret_cast<const char*>(&seconds), sizeof seconds);
    }
    std::unique_ptr<Server> begin(const std::vector<std::string>& more) const {
        Process::Options options;
        options.environment = {{"LD_PRELOAD", CEDAR_CLOCK_LIBRARY},
                               {"CEDAR_CLOCK_SHIFT", shift()},
                               {"ASAN_OPTIONS", "verify_asan_link_order=0"}};
        std::vector<std::string> arguments{"--aggregator", kExtractive, "--plugins", CEDAR_EXAMPLES};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return serve(arguments, options);
    }
    std::string shift() const { return (folder_ / "shift").string(); }
};

TEST_F(ClockFaults, AJumpEndsNothingAndLosesNothing) {
    const auto host = begin({"--set", "components.sample.wait={\"seconds\":2}"});
    const auto id = project_id(*host);
    Client waiting(host->port());
    ASSERT_TRUE(waiting.open("/ws/chat/" + id));
    ASSERT_TRUE(waiting.text(R"({"content":"wait","components":["sample.wait"]})"));
    std::vector<std::string> all;
    std::string thread;
    while (thread.empty() || thread == "null") {
        all.push_back(waiting.next_text());
        ASSERT_FALSE(all.back().empty());
        thread = member(all.back(), "thread_id");
    }
    StreamReader reader(host->port(), thread);
    ASSERT_TRUE(reader.opened);
    const auto day = [](const std::string& event) { return member(event, "t").substr(0, 10); };
    const auto today = day(all.front());
    set(-36 * 3600);  // back, while it runs
    for (auto event = waiting.next_text(); !event.empty(); event = waiting.next_text()) all.push_back(event);
    EXPECT_EQ(member(all.back(), "type"), "final") << all.back();
    EXPECT_LT(day(all.back()), today) << "the clock did not jump";
    set(36 * 3600);  // and forward
    const auto next = chat(host->port(), id, R"({"content":"roof","thread_id":)" + thread + "}");
    EXPECT_EQ(next.last_type, "final") << next.all();
    EXPECT_GT(day(next.events.back()), today);
    all.insert(all.end(), next.events.begin(), next.events.end());
    // In the order in which it happened, whatever the clock said, and so for whoever comes back.
    ASSERT_TRUE(reader.read(all.size()));
    EXPECT_EQ(reader.seen(), all);
    StreamReader again(host->port(), thread);
    ASSERT_TRUE(again.read(all.size()));
    EXPECT_EQ(again.seen(), all);
    reader.leave();
    again.leave();
    waiting.shut();
    EXPECT_EQ(host->stop(), 0) << host->process().err();
}

TEST_F(ClockFaults, OnlyALoginIsJudgedByTheWallClock) {
    folder_.write("token", "a-token-of-this-test\n");
    const auto host =
        begin({"--token-file", (folder_ / "token").string(), "--set", "server.login_time_ms=3600000"});
    const std::string bearer = "Authorization: Bearer a-token-of-this-test\r\n";
    ASSERT_EQ(Client(host->port()).ask("POST", "/projects/create", "title=houses", bearer)->status, 303U);
    const auto login = Client(host->port()).ask("POST", "/login", "token=a-token-of-this-test");
    ASSERT_TRUE(login);
    ASSERT_EQ(login->status, 303U);
    const auto cookie = login->fields.at("set-cookie");
    const auto status = [&] {
        return Client(host->port())
            .ask("GET", "/api/projects", "", "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n")
            ->status;
    };
    EXPECT_EQ(status(), 200U);
    const auto proof = "Cookie: " + cookie.substr(0, cookie.find(';')) +
                       "\r\nOrigin: http://localhost:" + std::to_string(host->port()) + "\r\n";
    Client stream(host->port()), socket(host->port());
    ASSERT_EQ(stream.ask("GET", "/sse/1", "", proof)->status, 200U);
    ASSERT_EQ(socket.upgrade("/ws/chat/1", proof)->status, 101U);
    set(2 * 3600);
    EXPECT_EQ(status(), 401U);
    SseReader sse;
    for (auto more = stream.some(); !more.empty(); more = stream.some()) sse.feed(more);
    ASSERT_FALSE(sse.messages.empty());
    EXPECT_EQ(sse.messages.back().event, "auth");
    EXPECT_EQ(socket.close_code(), 4401U);
    EXPECT_EQ(Client(host->port()).ask("GET", "/api/projects", "", bearer)->status, 200U);
    stream.shut();
    socket.shut();
    set(0);
    EXPECT_EQ(host->stop(), 0) << host->process().err();
}

}  // namespace
}  // namespace cedar::host
