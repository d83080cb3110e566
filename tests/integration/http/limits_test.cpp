#include "test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace cedar::host::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string host(const TestServer& server) {
    return "Host: localhost:" + std::to_string(server.port()) + "\r\n";
}

TEST(Limits, EndAHeaderThatDoesNotComeWith408) {
    Limits limits;
    limits.header_time = 50ms;
    TestServer server(limits);
    Client client(server.port());
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHo"));
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 408U);
    EXPECT_EQ(answer->fields.at("connection"), "close");
    EXPECT_THAT(answer->body, HasSubstr("50 ms"));
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(server.server().counters().timeouts, 1U);
}

TEST(Limits, CountTheHeaderTimeFromTheAcceptAndNotFromTheLastOctet) {
    Limits limits;
    limits.header_time = 100ms;
    TestServer server(limits);
    Client client(server.port());
    // An octet a millisecond at most stays far under the limit on header octets: only an absolute time ends this.
    ASSERT_TRUE(TestServer::until([&] { return !client.send("X") || client.hears_within(1ms); }));
    EXPECT_TRUE(TestServer::until([&] { return server.server().counters().timeouts == 1; }));
}

TEST(Limits, CloseAConnectionThatSaysNothing) {
    Limits limits;
    limits.header_time = 50ms;
    TestServer server(limits);
    Client client(server.port());
    EXPECT_TRUE(client.closed());
}

TEST(Limits, EndABodyThatDoesNotComeWith408) {
    Limits limits;
    limits.body_time = 50ms;
    TestServer server(limits);
    Client client(server.port());
    client.send("POST /projects/create HTTP/1.1\r\n" + host(server) + "Content-Length: 10\r\n\r\ntitle");
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 408U);
    EXPECT_TRUE(client.closed());
}

TEST(Limits, CloseAnIdleConnectionQuietly) {
    Limits limits;
    limits.idle_time = 50ms;
    TestServer server(limits);
    Client client(server.port());
    ASSERT_EQ(client.ask("GET", "/healthz")->status, 200U);
    EXPECT_TRUE(client.closed());
}

TEST(Limits, AnswerForAStoreThatDoesNot) {
    Limits limits;
    limits.store_time = 50ms;
    TestServer server(limits);
    server.store.hold();
    Client client(server.port());
    EXPECT_EQ(client.ask("GET", "/")->status, 503U);
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(Client(server.port()).upgrade("/ws/chat/1")->status, 503U);
    server.store.release();  // what comes now is too late and goes nowhere
    EXPECT_EQ(Client(server.port()).ask("GET", "/")->status, 200U);
}

TEST(Limits, RefuseALongHeaderWith431) {
    Limits limits;
    limits.header_bytes = 1024;
    TestServer server(limits);
    Client client(server.port());
    EXPECT_EQ(client.ask("GET", "/healthz", "", "X: " + std::string(700, 'x') + "\r\n")->status, 200U);
    const auto answer = client.ask("GET", "/healthz", "", "X: " + std::string(1100, 'x') + "\r\n");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 431U);
    EXPECT_THAT(answer->body, HasSubstr("1024 octets"));
    EXPECT_TRUE(client.closed());
}

TEST(Limits, RefuseAnEndlessHeaderWith431) {
    TestServer server;
    Client client(server.port());
    client.send("GET /" + std::string(200000, 'x'));
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 431U);
}

TEST(Limits, RefuseALargeBodyWith413BeforeItComes) {
    Limits limits;
    limits.body_bytes = 100;
    TestServer server(limits);
    Client client(server.port());
    client.send("POST /projects/create HTTP/1.1\r\n" + host(server) + "Content-Length: 101\r\n\r\n");
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 413U);
    EXPECT_TRUE(client.closed());
}

TEST(Limits, RefuseALargeChunkedBodyWith413) {
    Limits limits;
    limits.body_bytes = 100;
    TestServer server(limits);
    Client client(server.port());
    client.send("POST /projects/create HTTP/1.1\r\n" + host(server) + "Transfer-Encoding: chunked\r\n\r\n");
    client.send("80\r\n" + std::string(128, 'x') + "\r\n0\r\n\r\n");
    EXPECT_EQ(client.answer()->status, 413U);
}

TEST(Limits, RefuseConnectionsBeyondTheBoundWith503) {
    Limits limits;
    limits.connections = 2;
    TestServer server(limits);
    Client first(server.port());
    Client second(server.port());
    ASSERT_EQ(first.ask("GET", "/healthz")->status, 200U);
    ASSERT_EQ(second.ask("GET", "/healthz")->status, 200U);
    Client third(server.port());
    const auto answer = third.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 503U);
    EXPECT_EQ(answer->fields.at("retry-after"), "1");
    EXPECT_TRUE(third.closed());
    EXPECT_EQ(server.server().counters().refused, 1U);
    first.shut();
    ASSERT_TRUE(TestServer::until([&] { return server.server().counters().connections == 1; }));
    EXPECT_EQ(Client(server.port()).ask("GET", "/healthz")->status, 200U);
}

TEST(Limits, LeaveOthersServedWhileFiftyConnectionsDawdle) {
    TestServer server;
    std::vector<std::unique_ptr<Client>> slow;
    for (int i = 0; i < 50; ++i) {
        slow.push_back(std::make_unique<Client>(server.port()));
        slow.back()->send("GET / HTTP/1.1\r\nX");
    }
    EXPECT_EQ(Client(server.port()).ask("GET", "/healthz")->status, 200U);
}

}  // namespace
}  // namespace cedar::host::http
