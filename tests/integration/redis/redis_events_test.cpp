#include "host/redis/redis_events.hpp"

#include "tests/integration/redis/event_host.hpp"
#include "tests/integration/redis/late_log.hpp"

#include <gtest/gtest.h>

#include <future>

namespace cedar::host::redis {
namespace {

class RedisEventsTest : public testing::Test {
protected:
    // The seq of each event in the stream, in its order.
    static Numbers stream(const RedisProcess& server, const std::string& thread = "7",
                          const std::string& password = {}) {
        const auto reply = server.ask("XRANGE cedar:thread:" + thread + ":log - +", password);
        Numbers out;
        constexpr std::string_view mark = "\"seq\":";
        for (auto at = reply.find(mark); at != std::string::npos; at = reply.find(mark, at + 1))
            out.push_back(std::stoull(reply.substr(at + mark.size())));
        return out;
    }
};

TEST_F(RedisEventsTest, SendsEventsInOrderAndOnce) {
    RedisProcess server;
    server.start();
    Host host(server.url(), "aa");
    host.say(1, 500);
    ASSERT_TRUE(eventually([&] { return host.all_sent(); }));
    EXPECT_EQ(stream(server), up_to(500));
    EXPECT_EQ(host.redis->health().sent, 500U);
}

TEST_F(RedisEventsTest, SendsWhatWasSaidWhileItFoundNothing) {
    RedisProcess server;
    server.start();
    MemoryEventArchive archive;
    RecordingLog lines;
    runtime::ThreadEventLog log({{}, {65536}}, archive);
    LateLog late(log);
    RedisOptions options;
    options.url = parse_redis_url(server.url()).value();
    options.host_name = "aa";
    RedisEvents redis(options, late, log, lines);
    EXPECT_TRUE(eventually([&] { return stream(server) == up_to(1); }));
}

TEST_F(RedisEventsTest, TakesEventsWhileThereIsNoRedisAndFillsTheGapLater) {
    RedisProcess server;
    Host host(server.url(), "aa", 20);  // most of it is no longer in memory
    host.say(1, 100);
    ASSERT_TRUE(eventually([&] { return !host.redis->health().reason.empty(); }));
    EXPECT_STREQ(host.redis->health().word(), "away");
    server.start();
    ASSERT_TRUE(eventually([&] { return host.all_sent(); }));
    EXPECT_EQ(stream(server), up_to(100));
    server.kill();
    host.say(101, 300);
    ASSERT_TRUE(eventually([&] { return !host.redis->health().up; }));
    server.start();  // it has lost everything
    ASSERT_TRUE(eventually([&] { return host.all_sent(); }));
    EXPECT_EQ(stream(server), up_to(300));
    EXPECT_STREQ(host.redis->health().word(), "ok");
    EXPECT_EQ(host.redis->health().losses, 1U);
    EXPECT_LT(host.lines.lines().size(), 20U);  // told, and not again and again
}

TEST_F(RedisEventsTest, SurvivesAPauseWithoutSendingTwice) {
    RedisProcess server;
    server.start();
    Host host(server.url(), "aa");
    host.say(1, 10);
    ASSERT_TRUE(eventually([&] { return host.all_sent(); }));
    server.pause();
    ASSERT_TRUE(eventually([&] { return !host.redis->health().up; }));  // though nothing was said meanwhile
    host.say(11, 200);
    ASSERT_TRUE(eventually([&] { return !host.redis->health().up; }));
    server.go_on();
    ASSERT_TRUE(eventually([&] { return host.all_sent(); }));
    EXPECT_EQ(stream(server), up_to(200));
}

TEST_F(RedisEventsTest, WaitsForARedisThatRefusesAndSaysWhy) {
    RedisProcess server;
    server.start();
    Host host(server.url(), "aa");
    host.say(1, 10);
    ASSERT_TRUE(eventually([&] { return host.all_sent(); }));
    const auto refused = [&](const std::string& how, const std::string& back, const std::string& reason,
                             std::uint64_t seq) {
        ASSERT_FALSE(server.ask(how).empty());
        host.say(seq, seq + 9);
        EXPECT_TRUE(eventually([&] { return host.redis->health().reason.find(reason) != std::string::npos; }))
            << reason << host.redis->health().reason;
        EXPECT_STREQ(host.redis->health().word(), "refusing");
        ASSERT_FALSE(server.ask(back).empty());
        EXPECT_TRUE(eventually([&] { return host.all_sent(); })) << reason;
        EXPECT_EQ(stream(server), up_to(seq + 9)) << reason;
    };
    refused("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "OOM", 11);
    refused("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "READONLY", 21);
}

// Answers come, each a little later than the last but within the time.
TEST_F(RedisEventsTest, KeepsASlowRedisAndLosesNothing) {
    RedisProcess server;
    server.start();
    Host host(server.url(), "aa");
    host.say(1, 10);
    ASSERT_TRUE(eventually([&] { return host.all_sent(); }));
    for (std::uint64_t seq = 11; seq <= 51; seq += 10) {
        ASSERT_FALSE(server.ask("CLIENT PAUSE 100 ALL").empty());
        host.say(seq, seq + 9);
    }
    ASSERT_TRUE(eventually([&] { return host.all_sent(); }));
    EXPECT_EQ(stream(server), up_to(60));
}

TEST_F(RedisEventsTest, WaitsForARedisThatLoadsItsData) {
    RedisProcess server({"--loading-process-events-interval-bytes", "1024"});
    server.start();
    Host host(server.url(), "aa");
    host.say(1, 10);
    ASSERT_TRUE(eventually([&] { return host.all_sent(); }));
    // A value is large enough to be a step of the load; the waits between them make it a second.
    for (int key = 0; key < 100; ++key)
        ASSERT_FALSE(server.ask("SET k" + std::to_string(key) + " " + std::string(2000, 'x')).empty());
    ASSERT_NE(server.ask("SAVE").find("+OK"), std::string::npos);
    server.kill();
    server.add({"--key-load-delay", "20000"});
    host.say(11, 20);
    server.start();
    EXPECT_TRUE(eventually([&] { return host.redis->health().reason.find("LOADING") != std::string::npos; }))
        << host.redis->health().reason;
    EXPECT_STREQ(host.redis->health().word(), "refusing");
    EXPECT_TRUE(eventually([&] { return host.all_sent(); }));
    EXPECT_EQ(stream(server), up_to(20));
}

TEST_F(RedisEventsTest, EntersWithAPasswordAndOverAUnixSocketAndNeverSaysThePassword) {
    RedisProcess server({"--requirepass", "hunter2hunter2"});
    server.start();
    Host stranger(server.url(), "bb");
    stranger.say(1, 1);
    EXPECT_TRUE(eventually([&] { return stranger.redis->health().reason.find("NOAUTH") != std::string::npos; }));
    Host wrong("redis://:hunter2wrong@127.0.0.1:" + std::to_string(server.port()), "bc");
    EXPECT_TRUE(eventually([&] { return wrong.redis->health().reason.find("WRONGPASS") != std::string::npos; }));
    Host by_port("redis://:hunter2hunter2@127.0.0.1:" + std::to_string(server.port()), "cc");
    Host by_path("unix://:hunter2hunter2@" + server.path(), "dd");
    by_port.say(1, 3);
    by_path.say(1, 4, "b", 8);
    EXPECT_TRUE(eventually([&] { return by_port.all_sent() && by_path.all_sent(); }));
    EXPECT_EQ(stream(server, "7", "hunter2hunter2"), up_to(3));
    EXPECT_EQ(stream(server, "8", "hunter2hunter2"), up_to(4));
    for (const auto* host : {&stranger, &wrong, &by_port, &by_path})
        for (const auto& line : host->lines.lines()) EXPECT_EQ(line.message.find("hunter2"), std::string::npos);
}

TEST_F(RedisEventsTest, ShowsTheRunsOfAnotherHost) {
    RedisProcess server;
    server.start();
    Host one(server.url(), "aa"), two(server.url(), "bb");
    one.say(1, 5);
    ASSERT_TRUE(eventually([&] { return one.all_sent(); }));
    const auto reader = two.log.subscribe_thread(7, [] {});
    EXPECT_TRUE(eventually([&] { return two.thread(7) == up_to(5); }));
    one.say(6, 300);
    EXPECT_TRUE(eventually([&] { return two.thread(7) == up_to(300); }));
    EXPECT_EQ(one.thread(7), up_to(300));  // its own do not come back
    EXPECT_EQ(two.redis->health().sent, 0U);
}

TEST_F(RedisEventsTest, FindsARunOfAnotherHostByItsId) {
    RedisProcess server;
    server.start();
    Host one(server.url(), "aa"), two(server.url(), "bb");
    one.say(1, 600);
    ASSERT_TRUE(eventually([&] { return one.all_sent() && two.redis->health().up; }));
    const auto fetch = [&](const std::string& run) {
        std::promise<EventLog::RunPage> answer;
        two.log.fetch(run_named(run), 0, [&](EventLog::RunPage page) { answer.set_value(std::move(page)); });
        return answer.get_future().get();
    };
    EXPECT_EQ(seqs_of(fetch("a").events), up_to(600));
    EXPECT_FALSE(fetch("b").known);
    const auto reader = two.log.subscribe(run_named("a"), [] {});
    one.log.append(make_event("a", 601, 7, true));
    EXPECT_TRUE(eventually([&] { return fetch("a").ended; }));
    server.kill();
    EXPECT_FALSE(fetch("c").known);  // answered without Redis, too
}

TEST_F(RedisEventsTest, FindsWhatWasSaidWhileItsMessagesWereLost) {
    RedisProcess server;
    server.start();
    Host one(server.url(), "aa"), two(server.url(), "bb");
    const auto reader = two.log.subscribe_thread(7, [] {});
    one.say(1, 5);
    ASSERT_TRUE(eventually([&] { return two.thread(7) == up_to(5); }));
    ASSERT_FALSE(server.ask("CLIENT KILL TYPE pubsub").empty());
    one.say(6, 50);
    EXPECT_TRUE(eventually([&] { return two.thread(7) == up_to(50); }));
}

TEST_F(RedisEventsTest, TakesWhatManyThreadsSayBesideAKeyThatIsNoStream) {
    constexpr std::int64_t threads = 300, wrong = 1000;
    RedisProcess server;
    server.start();
    Host one(server.url(), "aa"), two(server.url(), "bb");
    ASSERT_NE(server.ask("SET cedar:thread:1000:log text"), "");
    std::vector<std::unique_ptr<Subscription>> readers;
    readers.push_back(two.log.subscribe_thread(wrong, [] {}));
    for (std::int64_t id = 1; id <= threads; ++id) readers.push_back(two.log.subscribe_thread(id, [] {}));
    for (std::uint64_t seq = 1; seq <= 20; ++seq)
        for (std::int64_t id = 1; id <= threads; ++id) one.say(seq, seq, "a" + std::to_string(1000 + id), id);
    const auto taken = [&] {
        for (std::int64_t id = 1; id <= threads; ++id)
            if (two.thread(id) != up_to(20)) return false;
        return true;
    };
    EXPECT_TRUE(eventually(taken));
    EXPECT_TRUE(two.thread(wrong).empty());
    ASSERT_NE(server.ask("DEL cedar:thread:1000:log"), "");
    one.say(1, 5, "b", wrong);
    EXPECT_TRUE(eventually([&] { return two.thread(wrong) == up_to(5); }));
}

TEST_F(RedisEventsTest, LeavesGarbageAside) {
    RedisProcess server;
    server.start();
    Host one(server.url(), "aa"), two(server.url(), "bb");
    const auto reader = two.log.subscribe_thread(7, [] {});
    for (const char* entry : {"x y", "h cc e nonsense", "e {}", "h cc e {type}"})
        EXPECT_NE(server.ask(std::string("XADD cedar:thread:7:log * ") + entry), "");
    // One that begins as an event does, and goes on with what a WebSocket's peer would hang up for.
    const auto event = make_event("c", 1, 7)->json;
    const auto bad = event.substr(0, event.size() - 1) + ",\"x\":\"\xff\"}";
    EXPECT_NE(server.ask("XADD cedar:thread:7:log * h cc e '" + bad + "'"), "");
    EXPECT_NE(server.ask("PUBLISH cedar:thread:7:pub garbage"), "");
    one.say(1, 3);
    EXPECT_TRUE(eventually([&] { return two.thread(7) == up_to(3); }));
    EXPECT_EQ(two.redis->health().garbage, 5U);
}

}  // namespace
}  // namespace cedar::host::redis
