#include "test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;

// What a server answers to raw octets, "$" standing for its host and port; then the connection is over.
void expect_refused(const std::string& raw, unsigned status) {
    TestServer server;
    std::string octets = raw;
    for (auto at = octets.find('$'); at != std::string::npos; at = octets.find('$'))
        octets.replace(at, 1, "localhost:" + std::to_string(server.port()));
    Client client(server.port());
    ASSERT_TRUE(client.send(octets));
    const auto answer = client.answer();
    ASSERT_TRUE(answer) << raw;
    EXPECT_EQ(answer->status, status) << raw << answer->body;
    EXPECT_EQ(answer->fields.at("content-type"), "application/problem+json");
    EXPECT_EQ(answer->fields.at("connection"), "close");
    EXPECT_TRUE(client.closed()) << raw;
    EXPECT_EQ(Client(server.port()).ask("GET", "/healthz")->status, 200U);
}

TEST(HostileRequests, ThatAreNoHttpAreRefused) {
    expect_refused("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello TLS\r\n\r\n", 400);
    expect_refused("SSH-2.0-OpenSSH_9.2\r\n\r\n", 400);
    expect_refused("GET /\r\n\r\n", 400);
    expect_refused("GET / HTTP/1.1\nHost: $\n\n", 400);
    expect_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400);
}

TEST(HostileRequests, ThatSmuggleAreRefused) {
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                   400);
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400);
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400);
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nContent-Length: 4, 4\r\n\r\nabcd", 400);
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nContent-Length: -1\r\n\r\n", 400);
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nContent-Length: 1x\r\n\r\n", 400);
    expect_refused("POST / HTTP/1.0\r\nHost: $\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400);
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400);
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400);
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400);
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nTransfer-Encoding: chunked\r\n\r\n4;" + std::string(70000, 'x'),
                   400);
}

TEST(HostileRequests, ThatNameAnotherHostAreRefused) {
    expect_refused("GET / HTTP/1.1\r\n\r\n", 400);
    expect_refused("GET / HTTP/1.1\r\nHost: $\r\nHost: $\r\n\r\n", 400);
    expect_refused("GET / HTTP/1.0\r\n\r\n", 400);
    for (const char* host : {"evil.example", "127.0.0.1.nip.io", "localhost", "localhost:1", "[::1]", "a b", ""})
        expect_refused(std::string("GET /healthz HTTP/1.1\r\nHost: ") + host + "\r\n\r\n", 421);
    expect_refused("GET http://evil.example/ HTTP/1.1\r\nHost: $\r\n\r\n", 421);
    expect_refused("GET http://$/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421);
}

TEST(HostileRequests, ThatCarryControlCharactersAreRefused) {
    expect_refused(std::string("GET /") + '\0' + " HTTP/1.1\r\nHost: $\r\n\r\n", 400);
    expect_refused("GET /%0d%0aX: 1 HTTP/1.1\r\nHost: $\r\n\r\n", 400);
    expect_refused("GET / HTTP/1.1\r\nHost: $\r\nX: a\rb\r\n\r\n", 400);
    expect_refused("GET / HTTP/1.1\r\nHost: $\r\nX y: 1\r\n\r\n", 400);
}

TEST(HostileRequests, OfAnotherOriginAreRefusedBeforeTheyDoAnything) {
    for (const char* origin : {"http://evil.example", "null", "http://localhost:1", "http://localhost.evil.com"}) {
        TestServer server;
        const auto fields = std::string("Origin: ") + origin + "\r\n";
        const auto post = Client(server.port()).ask("POST", "/projects/create", "title=stolen", fields);
        ASSERT_TRUE(post);
        EXPECT_EQ(post->status, 403U) << origin;
        EXPECT_EQ(post->fields.count("access-control-allow-origin"), 0U);
        EXPECT_EQ(Client(server.port()).upgrade("/ws/chat/1", fields)->status, 403U);
        EXPECT_EQ(Client(server.port()).ask("GET", "/api/projects")->body.find("stolen"), std::string::npos);
    }
    TestServer server;
    const auto own = "Origin: http://localhost:" + std::to_string(server.port()) + "\r\n";
    EXPECT_EQ(Client(server.port()).ask("POST", "/projects/create", "title=x", own)->status, 303U);
    EXPECT_EQ(Client(server.port()).upgrade("/ws/chat/1", own)->status, 101U);
}

TEST(HostileRequests, WithAnUnknownExpectationAreRefused) {
    expect_refused("POST / HTTP/1.1\r\nHost: $\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n", 417);
}

TEST(Requests, ThatWaitFor100ContinueGetIt) {
    TestServer server;
    Client client(server.port());
    client.send("POST /projects/create HTTP/1.1\r\nHost: localhost:" + std::to_string(server.port()) +
                "\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 7\r\n\r\n");
    ASSERT_EQ(client.answer()->status, 100U);
    client.send("title=x");
    EXPECT_EQ(client.answer()->status, 303U);
}

TEST(Requests, MayBePipelinedAndComeInAnyPieces) {
    TestServer server;
    const auto one = "GET /healthz HTTP/1.1\r\nHost: localhost:" + std::to_string(server.port()) + "\r\n\r\n";
    Client client(server.port());
    client.send(one + one + one);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.answer()->status, 200U);
    for (const char octet : one) client.send(std::string(1, octet));
    EXPECT_EQ(client.answer()->status, 200U);
}

TEST(Requests, MayHaveAChunkedBody) {
    TestServer server;
    Client client(server.port());
    client.send("POST /projects/create HTTP/1.1\r\nHost: localhost:" + std::to_string(server.port()) +
                "\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
                "6\r\ntitle=\r\n3\r\nabc\r\n0\r\n\r\n");
    EXPECT_EQ(client.answer()->fields.at("location"), "/project/3");
}

TEST(Requests, OfHttp10EndTheConnection) {
    TestServer server;
    Client client(server.port());
    client.send("GET /healthz HTTP/1.0\r\nHost: localhost:" + std::to_string(server.port()) + "\r\n\r\n");
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200U);
    EXPECT_TRUE(client.closed());
}

TEST(Handshakes, ThatAreWrongAreRefused) {
    const std::string start = "GET /ws/chat/1 HTTP/1.1\r\nHost: $\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    expect_refused(start + "Sec-WebSocket-Version: 13\r\n\r\n", 400);
    expect_refused(start + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2hvcnQ=\r\n\r\n", 400);
    expect_refused(start + "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 426);
}

TEST(Handshakes, OfAnUnknownProjectAre404AndCreateNothing) {
    TestServer server;
    for (const char* path : {"/ws/chat/99", "/ws/chat2/99", "/ws/chat/abc"}) {
        Client client(server.port());
        const auto answer = client.upgrade(path);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 404U) << path;
        EXPECT_TRUE(client.closed());
    }
    EXPECT_EQ(Client(server.port()).upgrade("/ws/other/1")->status, 404U);
    EXPECT_THAT(Client(server.port()).ask("GET", "/api/projects")->body, testing::Not(HasSubstr("99")));
}

}  // namespace
}  // namespace cedar::host::http
