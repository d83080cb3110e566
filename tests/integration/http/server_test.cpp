#include "test_server.hpp"

#include "host/http/parting.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;

class ServerListen : public testing::Test {
protected:
    Result<std::unique_ptr<Server>> listen(ServerOptions options) {
        ServerPorts ports;
        ports.runs = &other_.runs;
        ports.events = &other_.events;
        ports.store = &other_.store;
        ports.clock = &other_.clock;
        ports.ids = &other_.ids;
        ports.log = &other_.log;
        ports.components_json = [] { return std::string("{}"); };
        return Server::listen(io_, ports, std::move(options));
    }
    TestServer other_;
    boost::asio::io_context io_;
};

TEST_F(ServerListen, TakesAFreePortAndSaysWhich) {
    const auto server = listen({});
    ASSERT_TRUE(server);
    EXPECT_NE((*server)->port(), 0);
    EXPECT_EQ((*server)->url(), "http://127.0.0.1:" + std::to_string((*server)->port()) + "/");
}

TEST_F(ServerListen, RefusesATakenPort) {
    ServerOptions options;
    options.port = other_.port();
    const auto server = listen(options);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().code, ErrorCode::already_exists);
    EXPECT_THAT(server.error().message, HasSubstr("127.0.0.1:" + std::to_string(other_.port())));
}

TEST_F(ServerListen, RefusesWhatIsNoAddress) {
    ServerOptions options;
    options.address = "not an address";
    const auto server = listen(options);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(server.error().message, HasSubstr("\"not an address\""));
}

TEST(Server, SaysThatItDrains) {
    TestServer server;
    Client client(server.port());
    ASSERT_EQ(client.ask("GET", "/healthz")->status, 200U);
    server.server().drain();
    EXPECT_EQ(client.ask("GET", "/healthz")->status, 200U);
    const auto answer = Client(server.port()).ask("GET", "/readyz");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 503U);
    EXPECT_THAT(answer->body, HasSubstr("draining"));
    EXPECT_EQ(client.upgrade("/ws/chat/1")->status, 503U);
}

TEST(Server, FinishesARequestInHandWhenItStops) {
    TestServer server;
    server.store.hold();
    Client client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: localhost:" + std::to_string(server.port()) + "\r\n\r\n");
    Client idle(server.port());
    ASSERT_EQ(idle.ask("GET", "/healthz")->status, 200U);
    server.server().stop(nullptr);
    EXPECT_TRUE(idle.closed());
    server.store.release();
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->fields.at("connection"), "close");
    EXPECT_TRUE(client.closed());
}

// How they are spread is Parting's; here, that the server waits between its steps.
TEST(Server, EndsItsConnectionsOneAfterTheOther) {
    constexpr int count = 100;
    constexpr auto at_least = Parting::each * count - Parting::step;
    TestServer server;
    std::vector<std::unique_ptr<Client>> crowd;
    for (int i = 0; i < count; ++i) {
        crowd.push_back(std::make_unique<Client>(server.port()));
        ASSERT_TRUE(crowd.back()->open("/ws/chat/1"));
    }
    const auto begin = std::chrono::steady_clock::now();
    server.server().stop(nullptr);
    for (const auto& client : crowd) {
        const auto frame = client->next();
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->close_code(), 1001U);
    }
    EXPECT_GE(std::chrono::steady_clock::now() - begin, at_least);
}

TEST(Server, AcceptsTheHostsItIsGiven) {
    TestServer server({}, {"cedar.example"});
    Client client(server.port());
    client.send("GET /healthz HTTP/1.1\r\nHost: cedar.example\r\n\r\n");
    EXPECT_EQ(client.answer()->status, 200U);
    EXPECT_EQ(client.ask("GET", "/healthz")->status, 200U);
    client.send("GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    EXPECT_EQ(client.answer()->status, 421U);
}

TEST(Server, SurvivesClientsThatLeaveAtAnyMoment) {
    TestServer server;
    for (int i = 0; i < 50; ++i) {
        Client client(server.port());
        if (i % 5 == 1) client.send("GET / HT");
        if (i % 5 == 2)
            client.send("GET / HTTP/1.1\r\nHost: localhost:" + std::to_string(server.port()) + "\r\n\r\n");
        if (i % 5 == 3) {
            ASSERT_TRUE(client.open("/ws/chat/1"));
        }
        if (i % 5 == 4) {
            ASSERT_TRUE(client.open("/ws/chat/1"));
            client.text("a question whose answer nobody waits for");
        }
    }
    EXPECT_TRUE(TestServer::until([&] { return server.server().counters().connections == 0; }));
    EXPECT_EQ(Client(server.port()).ask("GET", "/healthz")->status, 200U);
}

}  // namespace
}  // namespace cedar::host::http
