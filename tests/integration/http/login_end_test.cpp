// What outlives a request ends with the login that opened it: at its time, or when the token is another.
#include "test_server.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/sse_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* token = "a-token-of-this-test";
constexpr const char* another = "another-token-of-this-test";

ServerOptions for_an_hour() {
    ServerOptions options;
    options.token = token;
    options.limits.login_time = std::chrono::hours(1);
    return options;
}

std::string bearer(const std::string& text) {
    return "Authorization: Bearer " + text + "\r\n";
}

std::string origin(const TestServer& server) {
    return "Origin: http://localhost:" + std::to_string(server.port()) + "\r\n";
}

// What a browser that logs in now sends with each request.
std::string cookie(const TestServer& server) {
    const auto answer = Client(server.port()).ask("POST", "/login", "token=" + std::string(token), origin(server));
    if (!answer || answer->fields.count("set-cookie") == 0) return "no cookie";
    const auto& given = answer->fields.at("set-cookie");
    return "Cookie: " + given.substr(0, given.find(';')) + "\r\n" + origin(server);
}

// Everything up to the end of a stream.
SseReader read_to_end(Client& client) {
    SseReader sse;
    for (auto more = client.some(); !more.empty(); more = client.some()) sse.feed(more);
    return sse;
}

void expect_auth_and_end(Client& client) {
    const auto sse = read_to_end(client);
    ASSERT_FALSE(sse.messages.empty());
    EXPECT_EQ(sse.messages.back().event, "auth");
    EXPECT_THAT(sse.messages.back().data, Not(HasSubstr("token")));
}

TEST(LoginEnd, ClosesStreamsAndSocketsAtTheTimeOfTheirCookie) {
    TestServer server(for_an_hour());
    const auto proof = cookie(server);
    Client stream(server.port()), socket(server.port()), program(server.port());
    ASSERT_EQ(stream.ask("GET", "/sse/7", "", proof)->status, 200U);
    ASSERT_EQ(socket.upgrade("/ws/chat/1", proof)->status, 101U);
    ASSERT_EQ(program.upgrade("/ws/chat/1", bearer(token))->status, 101U);
    server.clock.advance(std::chrono::minutes(59));
    ASSERT_EQ(server.server().counters().logins_ended, 0U);
    server.clock.advance(std::chrono::minutes(1));
    expect_auth_and_end(stream);
    EXPECT_EQ(socket.close_code(), 4401U);
    EXPECT_EQ(server.server().counters().logins_ended, 2U);
    EXPECT_EQ(Client(server.port()).ask("GET", "/sse/7", "", proof + "Last-Event-ID: 0\r\n")->status, 401U);
    EXPECT_EQ(Client(server.port()).upgrade("/ws/chat/1", proof)->status, 401U);
    ASSERT_TRUE(program.text(R"({"action":"cancel","run_id":"0"})"));  // a token has no time of its own
    EXPECT_THAT(program.next_text(), HasSubstr("invalid payload"));
    program.shut();
}

TEST(LoginEnd, ShowsNothingThatHappensAfterIt) {
    TestServer server(for_an_hour());
    Client stream(server.port());
    ASSERT_EQ(stream.ask("GET", "/sse/7", "", cookie(server))->status, 200U);
    server.clock.advance(std::chrono::hours(1));
    server.threads.append(make_event("a", 1, 7));
    const auto sse = read_to_end(stream);
    ASSERT_EQ(sse.messages.size(), 1U);
    EXPECT_EQ(sse.messages[0].event, "auth");
}

TEST(LoginEnd, HearsNothingThatIsSaidAfterIt) {
    TestServer server(for_an_hour());
    Client socket(server.port());
    ASSERT_EQ(socket.upgrade("/ws/chat/1", cookie(server))->status, 101U);
    server.clock.advance(std::chrono::hours(1));
    socket.text(R"({"action":"chat","content":"hi"})");
    EXPECT_EQ(socket.close_code(), 4401U);
    EXPECT_TRUE(server.runs.submitted().empty());
}

TEST(LoginEnd, ComesWithAnotherTokenForAllThatTheOneBeforeLetIn) {
    TestServer server(for_an_hour());
    const auto old = cookie(server);
    Client stream(server.port()), by_token(server.port()), socket(server.port()), kept(server.port());
    ASSERT_EQ(stream.ask("GET", "/sse/7", "", old)->status, 200U);
    ASSERT_EQ(by_token.ask("GET", "/sse/7", "", bearer(token))->status, 200U);
    ASSERT_EQ(socket.upgrade("/ws/chat/1", bearer(token))->status, 101U);
    EXPECT_FALSE(server.server().renew_token(token));  // the same: nobody is disturbed
    EXPECT_TRUE(server.server().renew_token(another));
    expect_auth_and_end(stream);
    expect_auth_and_end(by_token);
    EXPECT_EQ(socket.close_code(), 4401U);
    for (const auto& proof : {old, bearer(token)}) {
        EXPECT_EQ(Client(server.port()).ask("GET", "/sse/7", "", proof)->status, 401U);
        EXPECT_EQ(Client(server.port()).upgrade("/ws/chat/1", proof)->status, 401U);
        EXPECT_EQ(Client(server.port()).ask("GET", "/api/projects", "", proof)->status, 401U);
    }
    EXPECT_EQ(kept.upgrade("/ws/chat/1", bearer(another))->status, 101U);
    EXPECT_EQ(server.server().counters().logins_ended, 3U);
    for (const auto& line : server.log.lines()) EXPECT_THAT(line.message, Not(HasSubstr("token-of")));
}

TEST(LoginEnd, ComesToNobodyWhereNoTokenIs) {
    TestServer server;
    Client socket(server.port());
    ASSERT_TRUE(socket.open("/ws/chat/1"));
    EXPECT_FALSE(server.server().renew_token(another));
    server.clock.advance(std::chrono::hours(24 * 365));
    ASSERT_TRUE(socket.text(R"({"action":"cancel","run_id":"0"})"));
    EXPECT_THAT(socket.next_text(), HasSubstr("invalid payload"));
}

}  // namespace
}  // namespace cedar::host::http
