#include "host/http/text_frames.hpp"
#include "test_server.hpp"
#include "tests/support/event_schema.hpp"
#include "tests/support/inflate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;

constexpr const char* kOffer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";

Limits deflating() {
    Limits limits;
    limits.ws_deflate_bytes = 200;
    return limits;
}

// The payload of `text` as a client that compresses sends it.
std::string packed(const std::string& text) {
    std::string frame;
    TextFrames("permessage-deflate", 1).append(frame, text);
    EXPECT_EQ(frame[0], '\xc1');
    const auto size = static_cast<unsigned char>(frame[1]) & 0x7fU;
    return frame.substr(size == 127 ? 10 : size == 126 ? 4 : 2);
}

void answer_at_length(TestServer& server) {
    server.runs.set_script([](ScriptedRuns& runs, const std::string& run_id) {
        runs.begin(run_id);
        runs.finish(run_id, std::string(100000, 'x'));
    });
}

TEST(Deflate, CarriesLargeEventsForWhoOffersIt) {
    TestServer server(deflating());
    answer_at_length(server);
    Client client(server.port());
    const auto opened = client.upgrade("/ws/chat/1", kOffer);
    ASSERT_TRUE(opened);
    ASSERT_EQ(opened->status, 101U);
    EXPECT_THAT(opened->fields.at("sec-websocket-extensions"),
                testing::AllOf(HasSubstr("permessage-deflate"), HasSubstr("server_no_context_takeover"),
                               HasSubstr("client_no_context_takeover")));
    ASSERT_TRUE(client.text(R"({"content":"hi"})"));
    std::size_t octets = 0;
    std::string last;
    for (auto frame = client.next(); frame && frame->opcode == 1; frame = client.next()) {
        octets += frame->payload.size();
        last = frame->compressed ? inflated(frame->payload) : frame->payload;
        EXPECT_TRUE(is_event(last));
        EXPECT_EQ(frame->compressed, last.size() >= 200) << last.substr(0, 100);
    }
    EXPECT_THAT(last.substr(0, 100), HasSubstr(R"("type":"final")"));
    EXPECT_GT(last.size(), 100000U);
    EXPECT_LT(octets, 4000U);
}

TEST(Deflate, TakesCompressedMessages) {
    TestServer server(deflating());
    Client client(server.port());
    ASSERT_EQ(client.upgrade("/ws/chat/1", kOffer)->status, 101U);
    const std::string content(500, 'a');
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(client.frame(0xc1, packed(R"({"keep_open":true,"content":")" + content + "\"}")));
    EXPECT_TRUE(TestServer::until([&] { return server.runs.submitted().size() == 3; }));
    EXPECT_EQ(server.runs.submitted().back().request.content, content);
}

TEST(Deflate, DoesNotBelieveASmallMessageThatIsLarge) {
    TestServer server(deflating());
    Client client(server.port());
    ASSERT_EQ(client.upgrade("/ws/chat/1", kOffer)->status, 101U);
    const auto bomb = packed(std::string(std::size_t{32} << 20, 'x'));
    ASSERT_LT(bomb.size(), 1024U * 1024U);
    client.frame(0xc1, bomb);
    EXPECT_EQ(client.close_code(), 1009U);
    EXPECT_TRUE(server.runs.submitted().empty());
}

TEST(Deflate, EndsASocketWhoseMessageIsBroken) {
    TestServer server(deflating());
    Client client(server.port());
    ASSERT_EQ(client.upgrade("/ws/chat/1", kOffer)->status, 101U);
    client.frame(0xc1, std::string(300, '\xff'));
    static_cast<void>(client.close_code());
    EXPECT_TRUE(client.closed());
    EXPECT_TRUE(server.runs.submitted().empty());
    EXPECT_EQ(Client(server.port()).ask("GET", "/healthz")->status, 200U);
}

TEST(Deflate, IsForWhoOffersItOnly) {
    TestServer server(deflating());
    answer_at_length(server);
    Client client(server.port());
    const auto opened = client.upgrade("/ws/chat/1");
    ASSERT_TRUE(opened && opened->status == 101);
    EXPECT_EQ(opened->fields.count("sec-websocket-extensions"), 0U);
    ASSERT_TRUE(client.text(R"({"content":"hi"})"));
    std::string last;
    for (auto text = client.next_text(); !text.empty(); text = client.next_text()) last = text;
    EXPECT_GT(last.size(), 100000U);
}

TEST(Deflate, IsOffUnlessConfigured) {
    TestServer server;
    Client client(server.port());
    const auto opened = client.upgrade("/ws/chat/1", kOffer);
    ASSERT_TRUE(opened && opened->status == 101);
    EXPECT_EQ(opened->fields.count("sec-websocket-extensions"), 0U);
    client.frame(0xc1, packed(std::string(300, 'x')));
    EXPECT_EQ(client.close_code(), 1002U);
}

}  // namespace
}  // namespace cedar::host::http
