// Tokens that are revoked while streams, sockets and runs go on with them.
#include "faults_fixture.hpp"
#include "tests/support/sse_reader.hpp"

namespace cedar::host {
namespace {

using http::Client;

class LoginFaults : public FaultsTest {
protected:
    static std::string bearer(const std::string& token) { return "Authorization: Bearer " + token + "\r\n"; }
    // What a stream shows until it ends.
    static SseReader to_end(Client& client) {
        SseReader sse;
        for (auto more = client.some(); !more.empty(); more = client.some()) sse.feed(more);
        return sse;
    }
};

TEST_F(LoginFaults, ARevokedTokenEndsWhatItOpenedAndTheRunsGoOn) {
    const auto file = folder_.write("token", "the-first-token-of-it\n").string();
    const auto host = serve({"--aggregator", kExtractive, "--plugins", CEDAR_EXAMPLES, "--token-file", file,
                             "--set", "components.sample.wait={\"seconds\":2}"});
    const auto first = bearer("the-first-token-of-it"), second = bearer("the-second-token-of-it");
    ASSERT_EQ(Client(host->port()).ask("POST", "/projects/create", "title=houses", first)->status, 303U);
    {
        Client before(host->port());  // now there is the process that the component needs
        ASSERT_EQ(before.upgrade("/ws/chat/1", first)->status, 101U);
        ASSERT_TRUE(before.text(R"({"content":"wait","components":["sample.wait"]})"));
        ASSERT_EQ(read_run(before).last_type, "final");
    }
    Client socket(host->port());
    ASSERT_EQ(socket.upgrade("/ws/chat/1", first)->status, 101U);
    ASSERT_TRUE(socket.text(R"({"content":"wait","components":["sample.wait"],"keep_open":true})"));
    std::string run, thread;
    while (thread.empty() || thread == "null") {
        const auto event = socket.next_text();
        ASSERT_FALSE(event.empty());
        run = member(event, "run_id");
        thread = member(event, "thread_id");
    }
    Client stream(host->port());
    ASSERT_EQ(stream.ask("GET", "/sse/" + thread, "", first)->status, 200U);
    const auto before = vitals_of(host->process().pid());

    folder_.write("token", "half\n");  // no token: the one before stays
    host->process().kill(SIGHUP);
    ASSERT_TRUE(eventually([&] {
        return host->process().err().find("the access token before stays in use: " + file) != std::string::npos;
    })) << host->process().err();
    EXPECT_EQ(Client(host->port()).ask("GET", "/api/projects", "", first)->status, 200U);

    folder_.write("token", "the-second-token-of-it\n");
    host->process().kill(SIGHUP);
    const auto shown = to_end(stream);
    ASSERT_FALSE(shown.messages.empty());
    EXPECT_EQ(shown.messages.back().event, "auth");
    EXPECT_EQ(socket.close_code(), 4401U);
    EXPECT_EQ(Client(host->port()).ask("GET", "/sse/" + thread, "", first)->status, 401U);
    EXPECT_EQ(Client(host->port()).upgrade("/ws/chat/1", first)->status, 401U);

    // Whoever knows the new one goes on where the old one was cut off, to the one end of the run.
    Client again(host->port());
    ASSERT_EQ(again.upgrade("/ws/chat/1", second)->status, 101U);
    ASSERT_TRUE(again.text(R"({"action":"resume","run_id":")" + run + R"(","after_seq":0})"));
    EXPECT_EQ(read_run(again).last_type, "final");
    EXPECT_EQ(again.close_code(), 1000U);
    socket.shut();
    stream.shut();
    again.shut();
    EXPECT_TRUE(eventually([&] { return vitals_of(host->process().pid()).descriptors < before.descriptors; }));
    EXPECT_EQ(host->stop(), 0) << host->process().err();
    EXPECT_EQ((host->process().out() + host->process().err()).find("-token-of-it"), std::string::npos);
}

}  // namespace
}  // namespace cedar::host
