#include "test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;

constexpr const char* token = "a-token-of-this-test";

TEST(Ready, NamesEachPartWithAWord) {
    TestServer server;
    const auto answer = Client(server.port()).ask("GET", "/readyz");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->body, R"({"status":"ready","store":"ok","server":"ok","plugins":"ok"})");
}

TEST(Ready, Is503WhenAPartIsNot) {
    TestServer server;
    server.parts = {{"plugins", "ok", true}, {"redis", "down", false}};
    auto answer = Client(server.port()).ask("GET", "/readyz");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 503U);
    EXPECT_EQ(answer->fields.at("retry-after"), "1");
    EXPECT_THAT(answer->body, HasSubstr(R"("status":"not ready")"));
    EXPECT_THAT(answer->body, HasSubstr(R"("redis":"down")"));
    EXPECT_EQ(Client(server.port()).ask("GET", "/healthz")->status, 200U);
}

TEST(Ready, Is503WhenTheStoreFails) {
    TestServer server;
    server.store.fail_with(Error{ErrorCode::io, "disk is gone", ""});
    const auto answer = Client(server.port()).ask("GET", "/readyz");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 503U);
    EXPECT_THAT(answer->body, HasSubstr(R"("store":"failing")"));
    server.store.fail_with(std::nullopt);
    EXPECT_EQ(Client(server.port()).ask("GET", "/readyz")->status, 200U);
}

TEST(Probes, TellStrangersNoMoreThanAWord) {
    ServerOptions options;
    options.token = token;
    TestServer server(options);
    EXPECT_EQ(Client(server.port()).ask("GET", "/readyz")->body, R"({"status":"ready"})");
    EXPECT_EQ(Client(server.port()).ask("GET", "/healthz")->body, R"({"status":"ok"})");
    const auto fields = std::string("Authorization: Bearer ") + token + "\r\n";
    EXPECT_THAT(Client(server.port()).ask("GET", "/readyz", "", fields)->body, HasSubstr(R"("store":"ok")"));
    EXPECT_EQ(Client(server.port()).ask("GET", "/metrics")->status, 401U);
    EXPECT_EQ(Client(server.port()).ask("GET", "/metrics", "", fields)->status, 200U);
}

TEST(Metrics, AreTextForPrometheus) {
    TestServer server;
    const auto answer = Client(server.port()).ask("GET", "/metrics");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->fields.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(answer->body, "cedar_test 1\n");
}

TEST(SlowReaders, OfAResponseAreCutWithoutProgress) {
    Limits limits;
    limits.write_time = std::chrono::milliseconds(300);
    TestServer server(limits);
    server.metrics = std::string(16 << 20, 'x');  // more than the system's buffers hold
    Client slow(server.port(), 4096);
    slow.send("GET /metrics HTTP/1.1\r\nHost: localhost:" + std::to_string(server.port()) + "\r\n\r\n");
    EXPECT_TRUE(TestServer::until([&] { return server.server().counters().connections == 0; }));
    EXPECT_EQ(Client(server.port()).ask("GET", "/healthz")->status, 200U);
}

TEST(SlowReaders, OfAResponseThatMakeProgressGetItWhole) {
    Limits limits;
    limits.write_time = std::chrono::milliseconds(2000);
    TestServer server(limits);
    server.metrics = std::string(4 << 20, 'x');
    Client reader(server.port(), 4096);
    const auto answer = reader.ask("GET", "/metrics");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body.size(), server.metrics.size());
}

}  // namespace
}  // namespace cedar::host::http
