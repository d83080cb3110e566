#include "test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Bad {
    const char* name;
    std::string octets;
    unsigned code;
};

std::string masked(const std::string& head, const std::string& payload) {
    return head + std::string(4, '\0') + payload;
}

TEST(HostileFrames, EndTheSocketWithTheirCode) {
    const std::vector<Bad> all{
        {"unmasked", std::string("\x81\x02hi"), 1002},
        {"reserved bit", masked("\xc1\x82", "hi"), 1002},
        {"reserved opcode", masked("\x83\x82", "hi"), 1002},
        {"continuation of nothing", masked("\x80\x82", "hi"), 1002},
        {"new message inside one", masked("\x01\x81", "a") + masked("\x81\x81", "b"), 1002},
        {"fragmented ping", masked("\x09\x80", ""), 1002},
        {"long ping", masked(std::string("\x89\xfe\x00\x7e", 4), std::string(126, 'x')), 1002},
        {"close with one octet", masked("\x88\x81", "x"), 1002},
        {"invalid UTF-8", masked("\x81\x82", "\xc3\x28"), 1007},
        {"surrogate", masked("\x81\x83", "\xed\xa0\x80"), 1007},
        {"claims 2^40 octets", std::string("\x81\xff\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", 14), 1009},
    };
    for (const auto& bad : all) {
        TestServer server;
        Client client(server.port());
        ASSERT_TRUE(client.open("/ws/chat/1"));
        ASSERT_TRUE(client.send(bad.octets));
        EXPECT_EQ(client.close_code(), bad.code) << bad.name;
        EXPECT_TRUE(client.closed()) << bad.name;
        EXPECT_TRUE(server.runs.submitted().empty()) << bad.name;
    }
}

TEST(HostileFrames, BeyondTheMessageBoundEndWith1009) {
    Limits limits;
    limits.ws_message_bytes = 1000;
    TestServer server(limits);
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text(std::string(1001, 'x'));
    EXPECT_EQ(client.close_code(), 1009U);
}

TEST(HostileFrames, OfAMessageInEndlessPiecesEndWith1008) {
    TestServer server;
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.frame(0x01, "a");
    std::string flood;
    for (int i = 0; i < 5000; ++i) flood += masked(std::string("\x00\x80", 2), "");
    client.send(flood);
    EXPECT_EQ(client.close_code(), 1008U);
    EXPECT_TRUE(TestServer::until([&] { return server.server().counters().connections == 0; }));
    EXPECT_EQ(server.server().counters().protocol_errors, 1U);
}

TEST(HostileFrames, OfAPingFloodEndWith1008) {
    TestServer server;
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    std::string flood;
    for (int i = 0; i < 2000; ++i) flood += masked("\x89\x81", "x");
    client.send(flood);
    EXPECT_EQ(client.close_code(), 1008U);
}

TEST(Frames, OfOneMessageMayComeInPiecesWithPingsBetween) {
    TestServer server;
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.frame(0x01, "two ");
    client.frame(0x89, "are you there");
    const auto pong = client.next();
    ASSERT_TRUE(pong);
    EXPECT_EQ(pong->opcode, 10);
    EXPECT_EQ(pong->payload, "are you there");
    client.frame(0x80, "words");
    ASSERT_TRUE(TestServer::until([&] { return server.runs.submitted().size() == 1; }));
    EXPECT_EQ(server.runs.submitted()[0].request.content, "two words");
}

TEST(Frames, SentWithTheHandshakeAreHeard) {
    TestServer server;
    Client client(server.port());
    client.send("GET /ws/chat/1 HTTP/1.1\r\nHost: localhost:" + std::to_string(server.port()) +
                "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
                masked("\x81\x85", "early"));
    EXPECT_EQ(client.answer()->status, 101U);
    ASSERT_TRUE(TestServer::until([&] { return server.runs.submitted().size() == 1; }));
    EXPECT_EQ(server.runs.submitted()[0].request.content, "early");
}

TEST(SilentPeers, ArePingedAndThenCut) {
    Limits limits;
    limits.ws_idle_time = 100ms;
    TestServer server(limits);
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    EXPECT_FALSE(client.next());  // pings that nobody answers, then the end
    EXPECT_TRUE(TestServer::until([&] { return server.server().counters().connections == 0; }));
    EXPECT_EQ(server.server().counters().timeouts, 1U);
}

// Half a header, half a payload, a first piece, each followed by what keeps a peer from being silent.
TEST(SlowPeers, WhoseMessageDoesNotEndAreClosed) {
    Limits limits;
    limits.ws_message_time = 100ms;
    TestServer server(limits);
    const std::string ping = masked("\x89\x80", "");
    for (const auto& begun : {std::string("\x81"), masked("\x81\x85", "ear"), masked("\x01\x83", "ear") + ping}) {
        Client client(server.port());
        ASSERT_TRUE(client.open("/ws/chat/1"));
        ASSERT_TRUE(client.send(begun));
        EXPECT_EQ(client.close_code(), 1008U);
    }
    EXPECT_EQ(server.server().counters().timeouts, 3U);
    EXPECT_TRUE(server.runs.submitted().empty());
}

// A run whose events nobody reads fast enough.
std::string big_run(TestServer& server, int events) {
    const auto run_id = server.runs.submit(1, {}).run_id;
    const std::string padding(60000, 'x');
    for (int i = 0; i < events; ++i)
        server.runs.emit(run_id, "token", R"("component":"example.one","text":")" + padding + "\"");
    return run_id;
}

TEST(SlowReaders, GetEverythingInOrderWithoutAQueueOfTheirOwn) {
    Limits limits;
    limits.ws_queue_bytes = 64 * 1024;
    limits.write_time = 60s;  // the reader is slow, not stuck
    TestServer server(limits);
    const auto run_id = big_run(server, 60);  // far beyond the queue's bound
    server.runs.finish(run_id, "done");
    Client client(server.port(), 4096);
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text(R"({"action":"resume","run_id":")" + run_id + "\"}");
    for (int seq = 1; seq <= 62; ++seq) {
        const auto text = client.next_text();
        ASSERT_THAT(text.substr(0, 200), HasSubstr("\"seq\":" + std::to_string(seq) + ","));
    }
    EXPECT_EQ(client.close_code(), 1000U);
}

// More than goes out at once is there when its question is answered, and the rest comes while that is put together:
// a wake for it runs before the first part has gone, and there is none after it.
TEST(ChatSockets, AreShownTheRestOfAnAnswerThatFillsTheirRoomAtOnce) {
    Limits limits;
    limits.ws_queue_bytes = 64 * 1024;
    TestServer server(limits);
    server.runs.set_script([&](ScriptedRuns& runs, const std::string& run_id) {
        runs.begin(run_id);
        runs.emit(run_id, "token", R"("component":"a.b","text":")" + std::string(100'000, 'x') + "\"");
        server.events.during_next_read([&runs, run_id] { runs.finish(run_id, "done"); });
    });
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text(R"({"content":"roof"})");
    for (int seq = 1; seq <= 6; ++seq)
        ASSERT_THAT(client.next_text().substr(0, 200), HasSubstr("\"seq\":" + std::to_string(seq) + ","));
    EXPECT_EQ(client.close_code(), 1000U);
}

TEST(SlowReaders, ThatAreStuckAreCutAndMayResume) {
    Limits limits;
    limits.write_time = 100ms;
    TestServer server(limits);
    const auto run_id = big_run(server, 300);
    const auto resume = [&](int after) {
        return R"({"action":"resume","run_id":")" + run_id + R"(","after_seq":)" + std::to_string(after) + "}";
    };
    Client stuck(server.port(), 4096);
    ASSERT_TRUE(stuck.open("/ws/chat/1"));
    stuck.text(resume(0));
    EXPECT_TRUE(TestServer::until([&] { return server.server().counters().connections == 0; }));
    EXPECT_EQ(server.server().counters().slow_readers, 1U);
    EXPECT_EQ(server.log.count("http", "took nothing"), 1U);
    Client again(server.port());
    ASSERT_TRUE(again.open("/ws/chat/1"));
    again.text(resume(298));
    EXPECT_THAT(again.next_text().substr(0, 200), HasSubstr("\"seq\":299,"));
    EXPECT_TRUE(server.runs.cancel(run_id, "test"));
    EXPECT_THAT(again.next_text().substr(0, 200), HasSubstr("\"seq\":300,"));
    EXPECT_THAT(again.next_text(), HasSubstr("cancelled"));
}

TEST(SlowReaders, ThatFloodUnknownCancelsAreReadNoFaster) {
    Limits limits;
    limits.ws_messages_per_second = 0;
    TestServer server(limits);
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text(R"({"content":"stay","keep_open":true})");
    const auto cancel = R"({"action":"cancel","run_id":")" + std::string(32, 'e') + "\"}";
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(client.text(cancel));
    for (int i = 0; i < 500; ++i) ASSERT_THAT(client.next_text(), HasSubstr("unknown run"));
}

}  // namespace
}  // namespace cedar::host::http
