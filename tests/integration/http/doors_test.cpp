#include "test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* token = "a-token-of-this-test";

ServerOptions with_token() {
    ServerOptions options;
    options.token = token;
    return options;
}

std::string bearer(const std::string& text) {
    return "Authorization: Bearer " + text + "\r\n";
}

std::string own_origin(const TestServer& server) {
    return "Origin: http://localhost:" + std::to_string(server.port()) + "\r\n";
}

// The Cookie header that a browser sends after it has logged in.
std::string log_in(const TestServer& server) {
    const auto answer =
        Client(server.port()).ask("POST", "/login", "token=" + std::string(token), own_origin(server));
    if (!answer || answer->fields.count("set-cookie") == 0) return "no cookie";
    const auto& cookie = answer->fields.at("set-cookie");
    return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
}

unsigned status(const TestServer& server, const std::string& method, const std::string& target,
                const std::string& fields, const std::string& form = {}) {
    const auto answer = Client(server.port()).ask(method, target, form, fields);
    return answer ? answer->status : 0;
}

TEST(Doors, WithATokenOpenToNothingElse) {
    TestServer server(with_token());
    for (const char* path :
         {"/", "/project/1", "/api/projects", "/api/components", "/nowhere", "/ws/chat/1", "/sse/7"}) {
        const auto answer = Client(server.port()).ask("GET", path);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 401U) << path;
        EXPECT_EQ(answer->fields.at("www-authenticate"), "Bearer realm=\"cedar\"");
        EXPECT_EQ(status(server, "GET", path, bearer("another-token-of-it")), 401U);
    }
    EXPECT_EQ(Client(server.port()).upgrade("/ws/chat/1")->status, 401U);
    EXPECT_EQ(status(server, "POST", "/projects/create", "", "title=stolen"), 401U);
    EXPECT_EQ(status(server, "GET", "/api/projects", bearer(token)), 200U);
    EXPECT_EQ(Client(server.port()).upgrade("/ws/chat/1", bearer(token))->status, 101U);
    EXPECT_THAT(Client(server.port()).ask("GET", "/api/projects", "", bearer(token))->body,
                Not(HasSubstr("stolen")));
    EXPECT_GE(server.server().counters().unauthorized, 12U);
}

TEST(Doors, ShowEventStreamsToWhoeverHasLoggedIn) {
    TestServer server(with_token());
    EXPECT_EQ(status(server, "GET", "/sse/7", bearer(token)), 200U);
    const auto cookie = log_in(server);
    EXPECT_EQ(status(server, "GET", "/sse/7", cookie), 200U);  // a browser shows no Origin for a stream of its own
    EXPECT_EQ(status(server, "GET", "/sse/7", cookie + own_origin(server)), 200U);
    EXPECT_EQ(status(server, "GET", "/sse/7", cookie + "Origin: http://elsewhere.example\r\n"), 403U);
    EXPECT_EQ(status(server, "POST", "/api/chat/ack", cookie, "{}"), 403U);
    EXPECT_TRUE(TestServer::until([&] { return server.server().counters().connections == 0; }));
}

TEST(Doors, LeaveHealthAndTheLoginOpen) {
    TestServer server(with_token());
    for (const char* path : {"/healthz", "/login", "/ui/app.css"}) EXPECT_EQ(status(server, "GET", path, ""), 200U);
}

TEST(Doors, LeadABrowserToTheLoginAndBack) {
    TestServer server(with_token());
    const auto sent = Client(server.port()).ask("GET", "/project/1?x=1", "", "Accept: text/html,*/*\r\n");
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->status, 303U);
    EXPECT_EQ(sent->fields.at("location"), "/login?next=/project/1%3Fx%3D1");
    const auto page = Client(server.port()).ask("GET", sent->fields.at("location"));
    EXPECT_THAT(page->body, HasSubstr("name=\"next\" value=\"/project/1?x=1\""));
    const auto form = "token=" + std::string(token) + "&next=%2Fproject%2F1%3Fx%3D1";
    const auto entered = Client(server.port()).ask("POST", "/login", form, own_origin(server));
    EXPECT_EQ(entered->status, 303U);
    EXPECT_EQ(entered->fields.at("location"), "/project/1?x=1");
    EXPECT_THAT(entered->fields.at("set-cookie"), HasSubstr("HttpOnly; SameSite=Strict"));
    const auto index = Client(server.port()).ask("GET", "/", "", log_in(server));
    EXPECT_EQ(index->status, 200U);
    EXPECT_THAT(index->body, HasSubstr("action=\"/logout\" >"));
}

TEST(Doors, RefuseAWrongTokenOnTheLoginPage) {
    TestServer server(with_token());
    const auto wrong =
        Client(server.port()).ask("POST", "/login", "token=x&next=//evil.example", own_origin(server));
    ASSERT_TRUE(wrong);
    EXPECT_EQ(wrong->status, 401U);
    EXPECT_EQ(wrong->fields.count("set-cookie"), 0U);
    EXPECT_THAT(wrong->body, HasSubstr("value=\"/\""));
    EXPECT_THAT(wrong->body, HasSubstr("role=\"alert\" >"));
}

TEST(Doors, TakeACookieOnlyWithTheirOwnOrigin) {
    TestServer server(with_token());
    const auto cookie = log_in(server);
    EXPECT_EQ(status(server, "GET", "/api/projects", cookie), 200U);
    EXPECT_EQ(status(server, "POST", "/projects/create", cookie + own_origin(server), "title=x"), 303U);
    EXPECT_EQ(status(server, "POST", "/projects/create", cookie, "title=x"), 403U);
    EXPECT_EQ(status(server, "POST", "/projects/create", cookie + "Origin: null\r\n", "title=x"), 403U);
    EXPECT_EQ(Client(server.port()).upgrade("/ws/chat/1", cookie)->status, 403U);
    EXPECT_EQ(Client(server.port()).upgrade("/ws/chat/1", cookie + own_origin(server))->status, 101U);
    EXPECT_EQ(status(server, "POST", "/projects/create", cookie + bearer(token), "title=x"), 303U);
}

TEST(Doors, CloseBehindWhoeverLogsOut) {
    TestServer server(with_token());
    const auto out = Client(server.port()).ask("POST", "/logout", "x=1", log_in(server) + own_origin(server));
    ASSERT_TRUE(out);
    EXPECT_EQ(out->fields.at("location"), "/login");
    EXPECT_THAT(out->fields.at("set-cookie"), HasSubstr("cedar_login=; Path=/; Max-Age=0"));
}

TEST(Doors, KeepTheTokenOutOfAnswersAndLog) {
    TestServer server(with_token());
    const auto wrong = Client(server.port()).ask("GET", "/", "", bearer("guessed-secret-value"));
    EXPECT_THAT(wrong->body, Not(HasSubstr("guessed")));
    EXPECT_THAT(wrong->body, Not(HasSubstr(token)));
    for (const auto& line : server.log.lines()) EXPECT_THAT(line.message, Not(HasSubstr("guessed")));
}

TEST(Doors, WithoutATokenHaveNoLogin) {
    TestServer server;
    EXPECT_EQ(Client(server.port()).ask("GET", "/login")->fields.at("location"), "/");
    EXPECT_THAT(Client(server.port()).ask("GET", "/")->body, HasSubstr("action=\"/logout\" hidden>"));
}

TEST(Doors, SetTheHeadersThatABrowserObeys) {
    TestServer server;
    const auto page = Client(server.port()).ask("GET", "/");
    const auto& policy = page->fields.at("content-security-policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'; script-src 'self'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    for (const char* path : {"/", "/api/projects", "/ui/app.css", "/nowhere"}) {
        const auto fields = Client(server.port()).ask("GET", path)->fields;
        EXPECT_EQ(fields.at("x-content-type-options"), "nosniff") << path;
        EXPECT_EQ(fields.at("x-frame-options"), "DENY");
        EXPECT_EQ(fields.at("referrer-policy"), "same-origin");
        EXPECT_EQ(fields.at("cross-origin-opener-policy"), "same-origin");
        EXPECT_EQ(fields.at("cross-origin-resource-policy"), "same-origin");
        EXPECT_EQ(fields.count("content-security-policy"), 1U);
        EXPECT_EQ(fields.count("server"), 0U);
    }
}

TEST(Rates, OfRequestsEndWith429) {
    Limits limits;
    limits.peer.requests_at_once = 3;
    limits.peer.requests_per_second = 1;
    TestServer server(limits);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(status(server, "GET", "/healthz", ""), 200U);
    const auto refused = Client(server.port()).ask("POST", "/projects/create", "title=x");
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 429U);
    EXPECT_EQ(refused->fields.at("retry-after"), "1");
    server.clock.advance(std::chrono::seconds(1));
    EXPECT_EQ(status(server, "GET", "/healthz", ""), 200U);
    EXPECT_EQ(server.server().counters().rate_limited, 1U);
}

TEST(Rates, MakeGuessingATokenSlowerThanAsking) {
    auto options = with_token();
    options.limits.peer.requests_at_once = 45;
    options.limits.peer.requests_per_second = 1;
    TestServer server(options);
    EXPECT_EQ(status(server, "GET", "/", bearer("wrong-token-number-1")), 401U);
    EXPECT_EQ(status(server, "POST", "/login", "", "token=x"), 401U);
    EXPECT_EQ(status(server, "POST", "/login", "", "token=x"), 429U);
}

TEST(Rates, OfChatMessagesEndWithAnErrorAnd1008) {
    Limits limits;
    limits.ws_messages_at_once = 2;
    limits.ws_messages_per_second = 1;
    TestServer server(limits);
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    for (int i = 0; i < 3; ++i) client.text(R"({"action":"chat","content":"hi","keep_open":true})");
    EXPECT_THAT(client.next_text(), HasSubstr(R"("error":"too many messages","code":"limit")"));
    EXPECT_EQ(client.close_code(), 1008U);
    EXPECT_EQ(server.runs.submitted().size(), 2U);
}

TEST(Rates, OfConnectionsFromOneAddressEndWith503) {
    Limits limits;
    limits.peer.connections = 2;
    TestServer server(limits);
    Client first(server.port());
    EXPECT_EQ(first.ask("GET", "/healthz")->status, 200U);
    {
        Client second(server.port());
        EXPECT_EQ(second.ask("GET", "/healthz")->status, 200U);
        Client third(server.port());
        const auto refused = third.answer();
        ASSERT_TRUE(refused);
        EXPECT_EQ(refused->status, 503U);
        EXPECT_EQ(refused->fields.at("retry-after"), "1");
        EXPECT_THAT(refused->body, HasSubstr("at most 2 connections at once from one client"));
    }
    EXPECT_TRUE(TestServer::until([&] { return server.server().counters().connections == 1; }));
    EXPECT_EQ(status(server, "GET", "/healthz", ""), 200U);
}

}  // namespace
}  // namespace cedar::host::http
