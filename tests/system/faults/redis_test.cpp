// A Redis that goes, hangs, comes back empty or drops its readers, under hosts that share it.
#include "faults_fixture.hpp"
#include "stream_reader.hpp"
#include "tests/support/redis_process.hpp"

namespace cedar::host {
namespace {

using http::Client;

class RedisFaults : public FaultsTest {
protected:
    std::vector<std::string> settings() const {
        return {"redis.url=" + redis_.url(), "redis.timeout_ms=500", "redis.retry_max_ms=200"};
    }
    // Another host of the same data folder and Redis.
    std::unique_ptr<Server> another() const {
        std::vector<std::string> arguments{"--aggregator", kExtractive};
        for (const auto& setting : settings()) arguments.insert(arguments.end(), {"--set", setting});
        return serve(arguments);
    }
    SeenRun ask(const std::string& thread = {}) const {
        const auto place = thread.empty() ? "" : ",\"thread_id\":" + thread;
        auto run = chat(port(), project(), R"({"content":"roof")" + place + "}");
        EXPECT_EQ(run.last_type, "final") << run.all();
        return run;
    }
    bool redis_is(double up) const {
        return eventually([this, up] { return metric("cedar_redis_up") == up; });
    }
    bool all_sent() const {
        return eventually([this] { return metric("cedar_redis_up") == 1 && metric("cedar_redis_behind") == 0; });
    }

    RedisProcess redis_;
};

std::vector<std::string> joined(std::initializer_list<const SeenRun*> runs) {
    std::vector<std::string> out;
    for (const auto* run : runs) out.insert(out.end(), run->events.begin(), run->events.end());
    return out;
}

TEST_F(RedisFaults, KilledAndEmptyAgainIsFilledInOrderUnderOpenStreams) {
    redis_.start();
    host(settings());
    const auto other = another();
    const auto first = ask();
    const auto thread = member(first.events.back(), "thread_id");
    StreamReader here(port(), thread), there(other->port(), thread);
    ASSERT_TRUE(here.opened && there.opened);
    ASSERT_TRUE(there.read(first.events.size()));
    redis_.kill();
    const auto second = ask(thread);  // nobody waits for Redis
    ASSERT_TRUE(redis_is(0));
    ASSERT_TRUE(here.read(first.events.size() + second.events.size()));
    const auto third = ask(thread);
    redis_.start();  // it has lost everything
    ASSERT_TRUE(all_sent());
    const auto all = joined({&first, &second, &third});
    EXPECT_TRUE(here.read(all.size()));
    EXPECT_TRUE(there.read(all.size()));
    EXPECT_EQ(here.seen(), all);
    EXPECT_EQ(there.seen(), all);
    EXPECT_EQ(other->stop(), 0);
}

TEST_F(RedisFaults, PausedDelaysNobodyAndCostsNoMemory) {
    redis_.start();
    host(settings());
    const auto first = ask();
    const auto thread = member(first.events.back(), "thread_id");
    ASSERT_TRUE(all_sent());
    const double sent = metric("cedar_redis_sent_total");
    take_base();
    redis_.pause();
    ASSERT_TRUE(redis_is(0));
    StreamReader late(port(), thread);  // headers at once
    ASSERT_TRUE(late.opened);
    std::size_t events = 0;
    for (int i = 0; i < 100; ++i) events += ask(thread).events.size();
    EXPECT_TRUE(late.read(first.events.size() + events));
    late.leave();
    EXPECT_TRUE(serves_others());
    redis_.go_on();
    ASSERT_TRUE(all_sent());
    EXPECT_EQ(metric("cedar_redis_sent_total"), sent + static_cast<double>(events));
    expect_unharmed(32 * 1024);
}

TEST_F(RedisFaults, ClosedReadersOfRedisAreMadeAgainAndMissNothing) {
    redis_.start();
    host(settings());
    const auto other = another();
    const auto first = ask();
    const auto thread = member(first.events.back(), "thread_id");
    StreamReader there(other->port(), thread);
    ASSERT_TRUE(there.read(first.events.size()));
    for (const char* kind : {"pubsub", "normal"}) {
        ASSERT_FALSE(redis_.ask(std::string("CLIENT KILL TYPE ") + kind).empty());
        const auto run = ask(thread);
        ASSERT_TRUE(there.read(there.sse.messages.size() + run.events.size())) << kind;
        const auto seen = there.seen();
        EXPECT_EQ(std::vector<std::string>(seen.end() - static_cast<std::ptrdiff_t>(run.events.size()), seen.end()),
                  run.events)
            << kind;
    }
    EXPECT_EQ(other->stop(), 0);
}

TEST_F(RedisFaults, ReadersThatLeaveTakeTheirSubscriptionsWithThem) {
    redis_.start();
    host(settings());
    ASSERT_TRUE(all_sent());
    take_base();
    const auto channels = [&] {
        const auto reply = redis_.ask("PUBSUB CHANNELS cedar:thread:*");
        return std::stoi(reply.substr(1));
    };
    EXPECT_EQ(channels(), 0);
    std::vector<std::unique_ptr<StreamReader>> readers;
    for (int thread = 1; thread <= 300; ++thread) {
        readers.push_back(std::make_unique<StreamReader>(port(), std::to_string(thread)));
        ASSERT_TRUE(readers.back()->opened);
    }
    EXPECT_TRUE(eventually([&] { return channels() == 300; })) << channels();
    EXPECT_TRUE(serves_others());
    readers.clear();
    EXPECT_TRUE(eventually([&] { return channels() == 0; })) << channels();
    expect_unharmed();
}

}  // namespace
}  // namespace cedar::host
