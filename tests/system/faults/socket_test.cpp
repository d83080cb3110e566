// Peers that abuse the chat socket: frames, floods, JSON.
#include "faults_fixture.hpp"
#include "lost_packets.hpp"

#include <tuple>

namespace cedar::host {
namespace {

using http::Client;
class SocketFaults : public FaultsTest {};

std::string masked(const std::string& head, const std::string& payload) {
    return head + std::string(4, '\0') + payload;
}

TEST_F(SocketFaults, ClaimedLengthsAreNotBelieved) {
    host();
    const auto before = vitals();
    for (const auto& [octets, code] :
         {std::pair{std::string("\x81\xff\x00\x00\x01\x00\x00\x00\x00\x00", 10), 1009U},
          std::pair{std::string("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 10), 1009U},
          std::pair{std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10), 0U}}) {
        Client client(port());
        ASSERT_TRUE(client.open(socket_path()));
        client.send(masked(octets, ""));
        const auto got = client.close_code();
        EXPECT_TRUE(got == code || (code == 0 && (got == 1002 || got == 1009))) << got;
        EXPECT_TRUE(client.closed());
    }
    EXPECT_LT(vitals().resident_kib, before.resident_kib + 8 * 1024);
    expect_unharmed();
}

TEST_F(SocketFaults, FragmentsArePolicedAndCostNothingAfter) {
    host();
    Client client(port());
    ASSERT_TRUE(client.open(socket_path()));
    client.frame(0x01, "a");
    std::string flood;
    for (int i = 0; i < 100000; ++i) flood += masked(std::string("\x00\x81", 2), "x");
    client.send(flood);
    EXPECT_EQ(client.close_code(), 1008U);
    client.shut();
    expect_unharmed();
}

TEST_F(SocketFaults, InvalidUtf8IsRefusedWhereverItIsCut) {
    host();
    const std::vector<std::string> bad{
        "\xc3\x28",         "\xa0\xa1",     "\xe2\x28\xa1",     "\xe2\x82\x28", "\xf0\x28\x8c\xbc",
        "\xf0\x90\x28\xbc", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\xaf",     "\xff"};
    for (const auto& sequence : bad)
        for (std::size_t cut = 0; cut <= sequence.size(); ++cut) {
            Client client(port());
            ASSERT_TRUE(client.open(socket_path()));
            client.frame(0x01, "text " + sequence.substr(0, cut));
            client.frame(0x80, sequence.substr(cut));
            EXPECT_EQ(client.close_code(), 1007U) << cut;
        }
    expect_unharmed();
}

TEST_F(SocketFaults, BrokenFramesEndWith1002) {
    host();
    for (const std::string& octets :
         {std::string("\x81\x02hi"), masked("\xc1\x82", "hi"), masked("\x83\x82", "hi"), masked("\x8b\x80", ""),
          masked("\x09\x80", ""), masked(std::string("\x89\xfe\x00\x7e", 4), std::string(126, 'x'))}) {
        Client client(port());
        ASSERT_TRUE(client.open(socket_path()));
        client.send(octets);
        EXPECT_EQ(client.close_code(), 1002U);
    }
    expect_unharmed();
}

TEST_F(SocketFaults, PingFloodsOfAPeerThatDoesNotReadLeaveMemoryFlat) {
    host();
    Client client(port(), 4096);
    ASSERT_TRUE(client.open(socket_path()));
    std::string flood;
    for (int i = 0; i < 20000; ++i) flood += masked("\x89\xfd", std::string(125, 'x'));
    client.send(flood);  // what the server does not take any more ends in an error, which is well
    EXPECT_TRUE(eventually([this] { return metric("cedar_http_protocol_errors_total") == 1; }));
    EXPECT_TRUE(serves_others());
    EXPECT_LT(vitals().resident_kib, base().resident_kib + 8 * 1024);
    client.shut();
    expect_unharmed();
}

TEST_F(SocketFaults, MessageFloodsEndWithAnErrorAnd1008) {
    host();
    Client client(port());
    ASSERT_TRUE(client.open(socket_path()));
    ASSERT_TRUE(client.text(R"({"content":"roof","keep_open":true})"));  // else an error would end the socket
    ASSERT_EQ(read_run(client).last_type, "final");
    const auto cancel = R"({"action":"cancel","run_id":")" + std::string(32, 'e') + R"("})";
    std::string flood;
    ASSERT_LT(cancel.size(), 126U);
    for (int i = 0; i < 10000; ++i)
        flood += masked(std::string("\x81") + static_cast<char>(0x80U | cancel.size()), cancel);
    EXPECT_TRUE(serves_others());
    client.send(flood);
    EXPECT_TRUE(serves_others());
    std::string last;
    auto frame = client.next();
    for (; frame && frame->opcode == 1; frame = client.next()) last = frame->payload;
    EXPECT_NE(last.find("too many messages"), std::string::npos) << last;
    EXPECT_TRUE(frame && frame->opcode == 8 && frame->close_code() == 1008U);
    client.shut();
    expect_unharmed();
}

TEST_F(SocketFaults, SilentPeersAreGoneAfterTheirTime) {
    host({"server.ws_idle_time_ms=500"});
    std::vector<std::unique_ptr<Client>> silent;
    for (int i = 0; i < 20; ++i) {
        silent.push_back(std::make_unique<Client>(port()));
        ASSERT_TRUE(silent.back()->open(socket_path()));
    }
    // The base may hold the descriptor of its own last request, so the counter is what tells that all are gone.
    EXPECT_TRUE(eventually([this] { return metric("cedar_http_timeouts_total") == 20; }))
        << metric("cedar_http_timeouts_total") << " of 20";
    expect_unharmed();
}

TEST_F(SocketFaults, MessagesThatComeOctetByOctetEndAtTheirTime) {
    host({"server.ws_message_time_ms=500"});
    std::vector<std::unique_ptr<Client>> slow;
    for (int i = 0; i < 20; ++i) {
        slow.push_back(std::make_unique<Client>(port()));
        ASSERT_TRUE(slow.back()->open(socket_path()));
        ASSERT_TRUE(slow.back()->send(std::string("\x81\xff\0\0\0\0\0\x0f\0\0\0\0\0\0", 14)));
    }
    // Each has octets to say for as long as it is heard, so that it is never silent.
    EXPECT_TRUE(eventually([&] {
        for (auto& client : slow) static_cast<void>(client->send("x"));
        return metric("cedar_http_timeouts_total") == 20;
    })) << metric("cedar_http_timeouts_total")
        << " of 20";
    EXPECT_TRUE(serves_others());
    for (auto& client : slow) EXPECT_EQ(client->close_code(), 1008U);
    slow.clear();
    expect_unharmed();
}

TEST_F(SocketFaults, PeersWhosePacketsAreLostAreGoneAfterTheirTime) {
    const auto refusal = LostPackets::run([this](LostPackets& network) {
        ASSERT_NO_FATAL_FAILURE(
            host({"server.ws_idle_time_ms=500", "server.sse_comment_ms=200", "server.sse_silent_ms=1000"}));
        std::vector<std::unique_ptr<Client>> peers;
        for (int i = 0; i < 20; ++i) {
            peers.push_back(std::make_unique<Client>(port()));
            ASSERT_TRUE(peers.back()->open(socket_path()));
            peers.push_back(std::make_unique<Client>(port()));
            ASSERT_EQ(peers.back()->ask("GET", "/sse/1")->status, 200U);
        }
        ASSERT_TRUE(network.cut());  // both ends live on, and nobody is told
        EXPECT_TRUE(eventually([this] { return vitals().descriptors <= base().descriptors; }))
            << vitals().descriptors << " descriptors, " << base().descriptors << " before";
        ASSERT_TRUE(network.mend());
        peers.clear();
        expect_unharmed();
    });
    if (!refusal.empty()) GTEST_SKIP() << refusal;
}

TEST_F(SocketFaults, JsonBombsAreRefusedInAnEvent) {
    host();
    const std::string deep(100000, '[');
    for (const std::string& text :
         {R"({"content":)" + deep, R"({"content":"x","debug":)" + std::string(1000000, '9') + "}",
          std::string(R"({"content":"x","timeout_ms":1e308})"),
          std::string(R"({"content":"x","timeout_ms":3.330399939999939999933393e-333})"),
          std::string(R"({"content":"\ud800"})"), std::string(R"({"content":"x","content":"y"})"),
          R"({"content":)" + deep + std::string(100000, ']') + "}"}) {
        Client client(port());
        ASSERT_TRUE(client.open(socket_path()));
        ASSERT_TRUE(client.text(text));
        const auto event = client.next_text();
        // What is no JSON at all is a question; all of it must be answered, nothing may fall.
        EXPECT_FALSE(event.empty()) << text.substr(0, 60);
        client.shut();
    }
    EXPECT_TRUE(serves_others());
    expect_unharmed(64 * 1024);
}

}  // namespace
}  // namespace cedar::host
