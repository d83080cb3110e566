#include "test_server.hpp"

#include "host/core/event_text.hpp"
#include "host/core/event_writer.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/sse_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;
using Numbers = std::vector<std::uint64_t>;

// A reader of an event stream.
class Stream {
public:
    explicit Stream(const TestServer& server, const std::string& target, const std::string& fields = {},
                    int receive_buffer = 0)
        : client_(server.port(), receive_buffer), head_(client_.ask("GET", target, "", fields)) {}

    [[nodiscard]] unsigned status() const { return head_ ? head_->status : 0; }
    [[nodiscard]] const Answer& head() const { return *head_; }
    // Reads until there are so many messages; false when the stream ended before.
    bool read(std::size_t messages) {
        while (sse.messages.size() < messages) {
            const auto more = client_.some();
            if (more.empty()) return false;
            sse.feed(more);
        }
        return true;
    }
    bool wait_for_comment(const std::string& text) {
        while (std::ranges::find(sse.comments, text) == sse.comments.end()) {
            const auto more = client_.some();
            if (more.empty()) return false;
            sse.feed(more);
        }
        return true;
    }
    bool wait_for_notices(std::size_t count) {
        while (sse.notices.size() < count) {
            const auto more = client_.some();
            if (more.empty()) return false;
            sse.feed(more);
        }
        return true;
    }
    bool read_to_end() {
        for (auto more = client_.some(); !more.empty(); more = client_.some()) sse.feed(more);
        return true;
    }
    [[nodiscard]] Numbers seqs() const {
        Numbers out;
        for (const auto& message : sse.messages) {
            const auto event = read_event(message.data);
            if (event) out.push_back(event->seq);
        }
        return out;
    }
    void leave() { client_.shut(); }

    SseReader sse;

private:
    Client client_;
    std::optional<Answer> head_;
};

void say(TestServer& server, std::uint64_t from, std::uint64_t to, const std::string& run = "a",
         std::int64_t thread = 7) {
    for (auto seq = from; seq <= to; ++seq) server.threads.append(make_event(run, seq, thread));
}

TEST(Sse, ShowsAThreadFromItsStartAndThenWhatHappens) {
    TestServer server;
    say(server, 1, 3);
    say(server, 1, 2, "b", 8);
    Stream stream(server, "/sse/7");
    ASSERT_EQ(stream.status(), 200U);
    EXPECT_EQ(stream.head().fields.at("content-type"), "text/event-stream");
    ASSERT_TRUE(stream.read(3));
    say(server, 4, 5);
    server.threads.append(make_event("a", 6, 7, true));
    ASSERT_TRUE(stream.read(6));
    EXPECT_EQ(stream.seqs(), (Numbers{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(stream.sse.comments.front(), "ok");
    EXPECT_EQ(stream.sse.retry, "2000");
    EXPECT_EQ(stream.sse.messages[2].data, make_event("a", 3, 7)->json);
}

TEST(Sse, GoesOnAfterTheLastEventSeen) {
    TestServer server;
    say(server, 1, 5);
    const auto id = run_named("a") + "-3";
    Stream by_header(server, "/sse/7?last_event_id=" + run_named("a") + "-1", "Last-Event-ID: " + id + "\r\n");
    Stream by_query(server, "/sse/7?Last-Event-ID=" + id);
    for (auto* stream : {&by_header, &by_query}) {
        ASSERT_TRUE(stream->read(2));
        EXPECT_EQ(stream->seqs(), (Numbers{4, 5}));
        EXPECT_EQ(stream->sse.last_id, run_named("a") + "-5");
    }
}

TEST(Sse, SaysThatThereIsAGapWhenThePositionIsNotKnown) {
    TestServer server;
    say(server, 1, 2);
    say(server, 1, 1, "b", 8);
    for (const std::string& id :
         {std::string("0"), std::string("$"), std::string("-"), std::string("+"), std::string("'; DROP TABLE x"),
          std::string(10240, 'a'), run_named("f") + "-1", run_named("a") + "-3", run_named("b") + "-1"}) {
        Stream stream(server, "/sse/7", "Last-Event-ID: " + id + "\r\n");
        ASSERT_TRUE(stream.read(3)) << id.substr(0, 40);
        EXPECT_EQ(stream.sse.messages[0].event, "gap");
        EXPECT_EQ(stream.seqs(), (Numbers{1, 2}));
    }
}

TEST(Sse, SaysWhenOtherHostsMayBeLateAndWhenThatIsOver) {
    Limits limits;
    limits.sse_comment_time = std::chrono::milliseconds(40);
    TestServer server(limits);
    say(server, 1, 1);
    Stream before(server, "/sse/7");
    ASSERT_TRUE(before.read(1));
    EXPECT_TRUE(before.sse.notices.empty());
    server.degrade("redis: away");
    Stream during(server, "/sse/7");
    ASSERT_TRUE(during.read(1));
    const std::string begun = R"({"degraded":true,"reason":"redis: away"})", over = R"({"degraded":false})";
    EXPECT_EQ(during.sse.notices, std::vector<std::string>{begun});
    ASSERT_TRUE(before.wait_for_notices(1));
    server.degrade("");
    for (auto* stream : {&before, &during}) {
        ASSERT_TRUE(stream->wait_for_notices(2));
        EXPECT_EQ(stream->sse.notices, (std::vector<std::string>{begun, over}));
        EXPECT_EQ(stream->seqs(), (Numbers{1}));
        EXPECT_EQ(stream->sse.last_id, run_named("a") + "-1") << "no place in the stream";
    }
}

TEST(Sse, RefusesWhatIsNoThread) {
    TestServer server;
    for (const char* target : {"/sse/x", "/sse/0", "/sse/-1", "/sse/99999999999999999999"})
        EXPECT_EQ(Stream(server, target).status(), 404U) << target;
    EXPECT_EQ(Stream(server, "/sse/7%0a").status(), 400U);
    EXPECT_EQ(Stream(server, "/sse/7?last_event_id=%0d%0ax").status(), 400U);
    EXPECT_EQ(Stream(server, "/sse/7", "Origin: http://evil.example\r\n").status(), 403U);
    Client client(server.port());
    EXPECT_EQ(client.ask("HEAD", "/sse/7")->status, 200U);
}

TEST(Sse, CommentsWhileNothingHappens) {
    Limits limits;
    limits.sse_comment_time = std::chrono::milliseconds(20);
    TestServer server(limits);
    Stream stream(server, "/sse/7");
    EXPECT_TRUE(stream.wait_for_comment("ka"));
}

TEST(Sse, CutsAReaderThatIsTooFarBehindAndServesTheOthers) {
    Limits limits;
    limits.sse_queue_bytes = 65536;
    TestServer server(limits);
    Stream slow(server, "/sse/7", "", 2048);
    Stream healthy(server, "/sse/7");
    std::uint64_t seq = 0;
    const std::string large(2000, 'x');
    while (server.server().counters().slow_readers == 0 && seq < 20000) {
        ++seq;
        server.threads.append(make_event("a", seq, 7, false, large));
        ASSERT_TRUE(healthy.read(seq));
    }
    EXPECT_EQ(server.server().counters().slow_readers, 1U);
    EXPECT_TRUE(TestServer::until([&] { return server.server().counters().connections == 1; }));
    slow.read_to_end();
    const auto seen = slow.seqs();
    for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], i + 1);
}

TEST(Sse, EndsWithARetryWhenTheServerStops) {
    TestServer server;
    say(server, 1, 3);
    Stream stream(server, "/sse/7");
    ASSERT_TRUE(stream.read(3));
    server.stop();
    stream.read_to_end();
    EXPECT_NE(stream.sse.retry, "2000");
    EXPECT_EQ(stream.seqs(), (Numbers{1, 2, 3}));
}

// The end of a run comes just before the host stops; whoever is shown all else is shown that too.
TEST(Sse, ShowsWhatWasSaidBeforeTheStop) {
    for (int round = 0; round < 20; ++round) {
        TestServer server;
        say(server, 1, 1);
        Stream stream(server, "/sse/7");
        ASSERT_TRUE(stream.read(1));
        say(server, 2, 200);
        server.stop();
        stream.read_to_end();
        const auto seen = stream.seqs();
        ASSERT_EQ(seen.size(), 200U) << "in round " << round;
        EXPECT_EQ(seen.back(), 200U);
    }
}

// Readers come, leave and come back with the last id they have, while events go on.
TEST(Sse, AReaderThatComesBackMissesNothingAndSeesNothingTwice) {
    TestServer server;
    std::mt19937 random(20260102);
    std::uint64_t written = 0;
    std::map<int, std::pair<Numbers, std::string>> readers;
    for (int round = 0; round < 60; ++round) {
        auto& [seen, id] = readers[static_cast<int>(random() % 3)];
        Stream stream(server, "/sse/7" + (id.empty() ? "" : "?lastEventId=" + id));
        const auto more = 1 + random() % 20;
        for (std::uint64_t i = 0; i < more; ++i) say(server, written + 1 + i, written + 1 + i);
        written += more;
        const auto open = written - seen.size();
        ASSERT_TRUE(stream.read(1 + random() % open));
        for (const auto seq : stream.seqs()) seen.push_back(seq);
        id = stream.sse.last_id;
    }
    for (const auto& [reader, state] : readers) {
        for (std::size_t i = 0; i < state.first.size(); ++i) ASSERT_EQ(state.first[i], i + 1);
        EXPECT_GT(state.first.size(), 20U);
    }
}

TEST(Acks, AreAnsweredAsThePageExpects) {
    TestServer server;
    const auto post = [&](const std::string& body) {
        Client client(server.port());
        client.send("POST /api/chat/ack HTTP/1.1\r\nHost: localhost:" + std::to_string(server.port()) +
                    "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body);
        return client.answer().value_or(Answer{});
    };
    EventWriter writer({EventType::message, 1, run_named("a"), run_named("e"), "t", 1, 7});
    server.threads.append(writer.text("role", "user").text("text", "x").finish());
    for (int i = 0; i < 2; ++i) {
        const auto answer = post(R"({"eid":" )" + run_named("e") + R"( ","type":"message"})");
        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.body, R"({"ok":true})");
    }
    EXPECT_EQ(post(R"({"eid":"nonsense"})").body, R"({"ok":false,"error":"unknown eid"})");
    EXPECT_EQ(post(R"({"eid":"nonsense"})").status, 404U);
    EXPECT_EQ(post(R"({"eid":" "})").body, R"({"ok":false,"error":"missing eid"})");
    EXPECT_EQ(post("{}").status, 400U);
    EXPECT_EQ(post("[]").status, 422U);
    EXPECT_EQ(post("x").status, 422U);
    EXPECT_EQ(server.server().counters().acked, 1U);
}

}  // namespace
}  // namespace cedar::host::http
