// A Redis that is there and refuses, or has things in it that no host has put there.
#include "faults_fixture.hpp"
#include "foreign_host.hpp"
#include "stream_reader.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/redis_process.hpp"

namespace cedar::host {
namespace {

using http::Client;

class RedisRefusals : public FaultsTest {
protected:
    void start() {
        redis_.start();
        host({"redis.url=" + redis_.url(), "redis.timeout_ms=10000"});
        ASSERT_TRUE(all_sent());
        // Its two connections belong to the base; beside them is the one that asks.
        ASSERT_TRUE(eventually([this] {
            const auto list = redis_.ask("CLIENT LIST");
            std::size_t clients = 0;
            for (auto at = list.find(" addr="); at != std::string::npos; at = list.find(" addr=", at + 1))
                ++clients;
            return clients >= 3;
        })) << redis_.ask("CLIENT LIST");
        take_base();
        first_ = chat(port(), project(), R"({"content":"roof"})");
        ASSERT_EQ(first_.last_type, "final") << first_.all();
        thread_ = member(first_.events.back(), "thread_id");
        all_ = first_.events;
    }
    bool all_sent() const {
        return eventually([this] { return metric("cedar_redis_up") == 1 && metric("cedar_redis_behind") == 0; });
    }
    void ask() {
        const auto run = chat(port(), project(), R"({"content":"roof","thread_id":)" + thread_ + "}");
        ASSERT_EQ(run.last_type, "final") << run.all();
        all_.insert(all_.end(), run.events.begin(), run.events.end());
    }
    [[nodiscard]] std::string page(const std::string& path) const {
        const auto answer = Client(port(), 0, 2).ask("GET", path);
        return answer && answer->status == 200 ? answer->body : "";
    }
    // While Redis refuses for that reason, runs end as ever and the host says how it is; then it is told all.
    void expect_goes_on(const std::string& reason) {
        for (int i = 0; i < 5; ++i) ASSERT_NO_FATAL_FAILURE(ask());
        EXPECT_TRUE(eventually([&] { return page("/healthz").find(reason) != std::string::npos; }))
            << page("/healthz");
        EXPECT_EQ(member(page("/readyz"), "redis"), "refusing") << page("/readyz");
        EXPECT_EQ(metric("cedar_redis_refusing"), 1);
        EXPECT_TRUE(serves_others());
    }
    void expect_all_there(const std::string& password = {}) const {
        EXPECT_TRUE(all_sent());
        std::size_t entries = 0;
        const auto reply = redis_.ask("XRANGE cedar:thread:" + thread_ + ":log - +", password);
        for (auto at = reply.find("{\"type\":"); at != std::string::npos; at = reply.find("{\"type\":", at + 1))
            ++entries;
        EXPECT_EQ(entries, all_.size());
    }
    // So often the log says that Redis takes nothing.
    [[nodiscard]] std::size_t complaints() {
        std::size_t count = 0;
        const auto log = server().process().err();
        for (auto at = log.find("does not take events"); at != std::string::npos;
             at = log.find("does not take events", at + 1))
            ++count;
        return count;
    }

    RedisProcess redis_{{"--loading-process-events-interval-bytes", "1024"}};
    SeenRun first_;
    std::string thread_;
    std::vector<std::string> all_;
};

TEST_F(RedisRefusals, ForWantOfMemoryOrAsAReplicaDelayNobody) {
    ASSERT_NO_FATAL_FAILURE(start());
    ASSERT_FALSE(redis_.ask("CONFIG SET maxmemory 1mb").empty());
    ASSERT_NO_FATAL_FAILURE(expect_goes_on("OOM"));
    ASSERT_FALSE(redis_.ask("CONFIG SET maxmemory 0").empty());
    expect_all_there();
    ASSERT_FALSE(redis_.ask("REPLICAOF 127.0.0.1 1").empty());
    ASSERT_NO_FATAL_FAILURE(expect_goes_on("READONLY"));
    ASSERT_FALSE(redis_.ask("REPLICAOF NO ONE").empty());
    expect_all_there();
    EXPECT_LE(complaints(), 6U) << server().process().err();
    expect_unharmed();
}

TEST_F(RedisRefusals, ForAPasswordDelayNobody) {
    ASSERT_NO_FATAL_FAILURE(start());
    ASSERT_FALSE(redis_.ask("CONFIG SET requirepass hunter2hunter2").empty());
    ASSERT_FALSE(redis_.ask("CLIENT KILL TYPE normal", "hunter2hunter2").empty());
    ASSERT_FALSE(redis_.ask("CLIENT KILL TYPE pubsub", "hunter2hunter2").empty());
    ASSERT_NO_FATAL_FAILURE(expect_goes_on("NOAUTH"));
    ASSERT_FALSE(redis_.ask("CONFIG SET requirepass \"\"", "hunter2hunter2").empty());
    expect_all_there();
    expect_unharmed();
}

TEST_F(RedisRefusals, WhileItLoadsDelayNobody) {
    ASSERT_NO_FATAL_FAILURE(start());
    // A value is large enough to be a step of the load; the waits between them make it seconds.
    for (int key = 0; key < 100; ++key)
        ASSERT_FALSE(redis_.ask("SET k" + std::to_string(key) + " " + std::string(2000, 'x')).empty());
    ASSERT_TRUE(all_sent());
    ASSERT_NE(redis_.ask("SAVE").find("+OK"), std::string::npos);
    redis_.kill();
    redis_.add({"--key-load-delay", "50000"});
    ASSERT_NO_FATAL_FAILURE(ask());
    redis_.start();
    EXPECT_TRUE(eventually([&] { return page("/healthz").find("LOADING") != std::string::npos; }))
        << page("/healthz");
    ASSERT_NO_FATAL_FAILURE(ask());
    expect_all_there();
    expect_unharmed();
}

TEST_F(RedisRefusals, GarbageInItIsLeftAsideAndCountedAndNoReaderIsCut) {
    ASSERT_NO_FATAL_FAILURE(start());
    const auto number = std::stoll(thread_);
    ForeignHost foreign(redis_.port());
    const auto good = [&](std::uint64_t seq) { return make_event("f", seq, number)->json; };
    foreign.place(run_named("f"), number);
    foreign.say(number, good(1));
    ASSERT_TRUE(foreign.flush());
    StreamReader stream(port(), thread_);
    ASSERT_TRUE(stream.read(all_.size() + 1));
    Client socket(port());
    ASSERT_TRUE(socket.open(socket_path()));
    ASSERT_TRUE(socket.text(R"({"action":"resume","keep_open":true,"run_id":")" + run_named("f") + "\"}"));
    ASSERT_EQ(socket.next_text(), good(1));
    auto bad_utf8 = good(2), open_end = good(2), nested = good(2);
    bad_utf8.insert(bad_utf8.size() - 1, ",\"more\":\"\xff\"");
    open_end.insert(open_end.size() - 1, ",\"more\":");
    nested.insert(nested.size() - 1, ",\"more\":" + std::string(1000, '[') + std::string(1000, ']'));
    const std::vector<std::string> garbage{"",
                                           "hello",
                                           "{}",
                                           "[1]",
                                           std::string("\0\x01\xfe\xff", 4),
                                           std::string(10 << 20, 'x'),
                                           good(2).substr(0, 60),
                                           make_event("f", 2, number + 1)->json,
                                           bad_utf8,
                                           open_end,
                                           nested};
    for (const auto& text : garbage) {
        foreign.put(number, text);
        foreign.publish(number, text);
        ASSERT_TRUE(foreign.flush());
    }
    ASSERT_FALSE(redis_.ask("XADD cedar:thread:" + thread_ + ":log * some field").empty());
    foreign.say(number, good(2));
    ASSERT_TRUE(foreign.flush());
    EXPECT_EQ(socket.next_text(), good(2));
    ASSERT_TRUE(stream.read(all_.size() + 2));
    EXPECT_EQ(stream.seen().back(), good(2));
    // Its stream is read after the message, if at all: at the next look then.
    const auto count = static_cast<double>(garbage.size() + 1);
    EXPECT_TRUE(eventually([&] { return metric("cedar_redis_garbage_total") == count; }))
        << metric("cedar_redis_garbage_total");
    socket.shut();
    stream.leave();
    expect_unharmed(64 * 1024);
}

// What was published while the connection for messages was closed for being too far behind, or not published at
// all.
TEST_F(RedisRefusals, AMessageThatIsLostLosesNoEvent) {
    ASSERT_NO_FATAL_FAILURE(start());
    const auto number = std::stoll(thread_);
    StreamReader stream(port(), thread_);
    ASSERT_TRUE(stream.read(all_.size()));
    ASSERT_FALSE(redis_.ask("CONFIG SET client-output-buffer-limit \"pubsub 65536 65536 1\"").empty());
    const auto subscriber = [this] {
        const auto list = redis_.ask("CLIENT LIST TYPE pubsub");
        const auto at = list.find("id=");
        return at == std::string::npos ? "" : list.substr(at, list.find(' ', at) - at);
    };
    ASSERT_TRUE(eventually([&] { return !subscriber().empty(); }));
    const auto before = subscriber();
    ForeignHost foreign(redis_.port());
    std::uint64_t seq = 0;
    for (int round = 0; round < 5; ++round) {
        foreign.publish(number, std::string(1 << 20, 'x'));  // beyond the limit: Redis closes who should read it
        for (int i = 0; i < 20; ++i) {
            ++seq;
            foreign.say(number, make_event("f", seq, number)->json);
        }
        foreign.put(number, make_event("f", ++seq, number)->json);
        ASSERT_TRUE(foreign.flush());
        ASSERT_TRUE(stream.read(all_.size() + seq)) << round;
    }
    for (std::uint64_t i = 0; i < seq; ++i)
        ASSERT_EQ(stream.sse.messages[all_.size() + i].id, run_named("f") + "-" + std::to_string(i + 1));
    EXPECT_TRUE(eventually([&] { return !subscriber().empty() && subscriber() != before; }))
        << "it was never closed";
    stream.leave();
    expect_unharmed();
}

}  // namespace
}  // namespace cedar::host
