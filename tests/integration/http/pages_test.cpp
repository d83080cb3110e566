#include "test_server.hpp"

#include "host/core/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;
using testing::Not;

// Every refusal is a document of RFC 9457 whose status is the response's.
void expect_problem(const std::optional<Answer>& answer, unsigned status, const std::string& detail) {
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, status) << answer->body;
    EXPECT_EQ(answer->fields.at("content-type"), "application/problem+json");
    const auto document = parse_json(answer->body);
    ASSERT_TRUE(document) << answer->body;
    EXPECT_EQ(find_member(*document, "status")->GetUint(), status);
    EXPECT_THAT(std::string(string_member(*document, "detail")), HasSubstr(detail));
}

TEST(Pages, OfTheStartListTheProjectsEscaped) {
    TestServer server;
    const auto answer = Client(server.port()).ask("GET", "/");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->fields.at("content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(answer->fields.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer->fields.at("date"), "Fri, 02 Jan 2026 03:04:05 GMT");
    EXPECT_THAT(answer->fields.at("content-security-policy"), HasSubstr("script-src 'self';"));
    EXPECT_THAT(answer->body, HasSubstr("/project/1\""));
    EXPECT_THAT(answer->body, HasSubstr("Second &lt;b&gt;&amp;&quot;&#39;"));
    EXPECT_THAT(answer->body, Not(HasSubstr("<b>")));
    EXPECT_THAT(answer->body, Not(HasSubstr("{{")));
}

TEST(Pages, OfAProjectShowItsTitle) {
    TestServer server;
    const auto answer = Client(server.port()).ask("GET", "/project/2");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200U);
    EXPECT_THAT(answer->body, HasSubstr("data-project=\"2\""));
    EXPECT_THAT(answer->body, HasSubstr("Second &lt;b&gt;"));
    EXPECT_THAT(answer->body, Not(HasSubstr("{{")));
}

TEST(Pages, OfAnUnknownProjectAre404AndCreateNothing) {
    TestServer server;
    Client client(server.port());
    for (const char* path : {"/project/99", "/project/abc", "/project/0", "/project/-1", "/project/01"})
        expect_problem(client.ask("GET", path), 404, "project");
    EXPECT_THAT(client.ask("GET", "/api/projects")->body, Not(HasSubstr("99")));
}

TEST(Api, ServesTheBodyOfALargeEventByItsHash) {
    TestServer server;
    Client client(server.port());
    const auto path = "/api/events/body/" + server.bodies.hash;
    const auto answer = client.ask("GET", path);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->body, server.bodies.body);
    EXPECT_EQ(answer->fields.at("content-type"), "application/json");
    EXPECT_EQ(answer->fields.at("x-content-type-options"), "nosniff");
    const auto tag = '"' + server.bodies.hash + '"';
    EXPECT_EQ(answer->fields.at("etag"), tag);
    const auto again = client.ask("GET", path, {}, "If-None-Match: " + tag + "\r\n");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->status, 304U);
    EXPECT_EQ(again->body, "");
}

TEST(Api, SaysThatABodyIsNoLongerKept) {
    TestServer server;
    Client client(server.port());
    for (const auto& hash : {std::string(64, 'b'), std::string(63, 'a'), std::string("x")})
        expect_problem(client.ask("GET", "/api/events/body/" + hash), 404, "");
    expect_problem(client.ask("GET", "/api/events/body/" + std::string(64, 'b')), 404, "still kept");
}

TEST(Pages, HaveTheirFilesWithAnEtagAndANotModified) {
    TestServer server;
    Client client(server.port());
    const auto first = client.ask("GET", "/ui/chat.js");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->status, 200U);
    EXPECT_EQ(first->fields.at("content-type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(first->fields.at("x-content-type-options"), "nosniff");
    EXPECT_FALSE(first->body.empty());
    const auto etag = first->fields.at("etag");
    const auto again = client.ask("GET", "/ui/chat.js", "", "If-None-Match: " + etag + "\r\n");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->status, 304U);
    EXPECT_EQ(again->body, "");
    EXPECT_EQ(again->fields.at("etag"), etag);
    EXPECT_EQ(client.ask("GET", "/ui/chat.js", "", "If-None-Match: \"other\"\r\n")->status, 200U);
}

TEST(Pages, HaveNoFileBeyondTheirOwn) {
    TestServer server;
    for (const char* path : {"/ui/nothing.js", "/ui/index.html", "/ui/"})
        expect_problem(Client(server.port()).ask("GET", path), 404, "");
    for (const char* path : {"/ui/../server.hpp", "/ui/%2e%2e/x", "/ui/..%5cx", "/ui/%00", "//etc/passwd"})
        expect_problem(Client(server.port()).ask("GET", path), 400, "path: expected");
}

TEST(Pages, AnswerHeadWithoutABody) {
    TestServer server;
    Client client(server.port());
    const auto head = client.ask("HEAD", "/ui/app.css");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->status, 200U);
    const auto get = client.ask("GET", "/ui/app.css");  // the next response begins where it should
    ASSERT_TRUE(get);
    EXPECT_EQ(head->fields.at("content-length"), std::to_string(get->body.size()));
    EXPECT_EQ(client.ask("HEAD", "/nothing")->status, 404U);
    EXPECT_EQ(client.ask("GET", "/healthz")->status, 200U);
}

TEST(Projects, AreCreatedOnceByTitle) {
    TestServer server;
    Client client(server.port());
    const auto first = client.ask("POST", "/projects/create", "title=Field+notes");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->status, 303U);
    EXPECT_EQ(first->fields.at("location"), "/project/3");
    EXPECT_EQ(client.ask("POST", "/projects/create", "title=Field+notes")->fields.at("location"), "/project/3");
    EXPECT_THAT(client.ask("GET", "/api/projects")->body, HasSubstr(R"({"id":3,"title":"Field notes")"));
}

TEST(Projects, WithABlankTitleLeadBackToTheStart) {
    TestServer server;
    const auto answer = Client(server.port()).ask("POST", "/projects/create", "title=+++");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 303U);
    EXPECT_EQ(answer->fields.at("location"), "/");
}

TEST(Projects, NeedATitleInAForm) {
    TestServer server;
    Client client(server.port());
    expect_problem(client.ask("POST", "/projects/create", "name=x"), 422, "title: expected");
    expect_problem(client.ask("POST", "/projects/create", "title=%zz"), 400, "two hex digits");
    expect_problem(client.ask("POST", "/projects/create", "title=" + std::string(300, 'x')), 400, "title");
    expect_problem(client.ask("POST", "/projects/create"), 415, "Content-Type: expected");
}

TEST(Api, ListsComponentsProjectsAndHealth) {
    TestServer server;
    Client client(server.port());
    const auto components = client.ask("GET", "/api/components");
    ASSERT_TRUE(components);
    EXPECT_EQ(components->fields.at("content-type"), "application/json");
    EXPECT_EQ(components->body, R"({"components":[{"id":"example.one"}]})");
    EXPECT_TRUE(parse_json(client.ask("GET", "/api/projects")->body));
    EXPECT_EQ(client.ask("GET", "/healthz")->body, R"({"status":"ok"})");
}

TEST(Api, SaysWhatItExpectedOfAWrongRequest) {
    TestServer server;
    Client client(server.port());
    expect_problem(client.ask("GET", "/nothing"), 404, "/nothing");
    const auto answer = client.ask("DELETE", "/project/1");
    expect_problem(answer, 405, "DELETE");
    EXPECT_EQ(answer->fields.at("allow"), "GET, HEAD");
    EXPECT_EQ(client.ask("GET", "/projects/create")->fields.at("allow"), "POST");
    expect_problem(client.ask("GET", "/ws/chat/1"), 426, "WebSocket");
}

TEST(Api, PassesOnWhatTheStoreSays) {
    TestServer server;
    server.store.fail_with(Error{ErrorCode::unavailable, "the store is closed", "secret detail"});
    const auto answer = Client(server.port()).ask("GET", "/");
    expect_problem(answer, 503, "the store is closed");
    EXPECT_EQ(answer->fields.at("retry-after"), "1");
    EXPECT_THAT(answer->body, Not(HasSubstr("secret")));
    EXPECT_EQ(server.log.count("http", "the store is closed: secret detail"), 1U);
}

}  // namespace
}  // namespace cedar::host::http
