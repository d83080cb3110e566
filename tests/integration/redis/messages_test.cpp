// What a host takes from the messages of others, and what it reads in the stream instead.
#include "tests/integration/redis/event_host.hpp"

#include <gtest/gtest.h>

namespace cedar::host::redis {
namespace {

// What other hosts put into Redis, word by word, read by a host that never looks without being told to.
class Messages : public testing::Test {
protected:
    void SetUp() override {
        server_.start();
        host_ = std::make_unique<Host>(server_.url(), "bb", 65536, std::chrono::hours(1));
        reader_ = host_->log.subscribe_thread(7, [] {});
        ASSERT_TRUE(eventually([&] { return host_->redis->health().up; }));
        ASSERT_TRUE(eventually([&] { return server_.ask("PUBSUB NUMSUB cedar:thread:7:pub").find(":1") != npos; }));
    }
    void put(const std::string& json, const std::string& host = "cc") const {
        ASSERT_NE(server_.ask("XADD cedar:thread:7:log * h " + host + " e '" + json + "'"), "");
    }
    void publish(const std::string& json) const {
        ASSERT_NE(server_.ask("PUBLISH cedar:thread:7:pub '" + json + "'"), "");
    }
    void put(const std::string& run, std::uint64_t seq) const { put(make_event(run, seq, 7)->json); }
    void publish(const std::string& run, std::uint64_t seq) const { publish(make_event(run, seq, 7)->json); }
    void say(const std::string& run, std::uint64_t from, std::uint64_t to) const {
        for (auto seq = from; seq <= to; ++seq) {
            put(run, seq);
            publish(run, seq);
        }
    }
    bool shows(const Numbers& seqs) {
        return eventually([&] { return host_->thread(7) == seqs; });
    }
    // Event 1 of a run is there, and 2 was taken from a message: nothing is being read any more.
    void begin(const std::string& run) {
        say(run, 1, 1);
        ASSERT_TRUE(shows(up_to(1)));
        ASSERT_TRUE(eventually([&] {
            publish(run, 2);
            return host_->thread(7) == up_to(2);
        }));
    }
    // How often streams were read so far, by anybody.
    [[nodiscard]] std::uint64_t reads() const {
        const auto text = server_.ask("INFO commandstats");
        constexpr std::string_view mark = "cmdstat_xread:calls=";
        const auto at = text.find(mark);
        return at == npos ? 0 : std::stoull(text.substr(at + mark.size()));
    }

    static constexpr auto npos = std::string::npos;
    RedisProcess server_;
    std::unique_ptr<Host> host_;
    std::unique_ptr<Subscription> reader_;
};

TEST_F(Messages, AreTakenWithoutReadingTheStream) {
    ASSERT_NO_FATAL_FAILURE(begin("c"));
    const auto before = reads();
    for (std::uint64_t seq = 3; seq <= 100; ++seq) publish("c", seq);
    EXPECT_TRUE(shows(up_to(100)));
    EXPECT_EQ(reads(), before);
    EXPECT_EQ(host_->redis->health().taken, 100U);
}

TEST_F(Messages, WithAGapBeforeThemAreAHintAndNothingComesOutOfOrder) {
    say("c", 1, 2);
    ASSERT_TRUE(shows(up_to(2)));
    put("c", 3);
    put("c", 4);
    say("c", 5, 6);
    EXPECT_TRUE(shows(up_to(6)));
    // What was taken from messages is read again, and is there once.
    say("c", 7, 20);
    put("c", 21);
    say("c", 22, 22);
    EXPECT_TRUE(shows(up_to(22)));
    EXPECT_EQ(host_->redis->health().taken, 22U);
}

TEST_F(Messages, OfANewRunComeAfterWhatTheStreamHasBeforeIt) {
    say("c", 1, 2);
    ASSERT_TRUE(shows(up_to(2)));
    put("c", 3);
    say("d", 1, 2);
    EXPECT_TRUE(shows({1, 2, 3, 1, 2}));
}

TEST_F(Messages, ThatComeTwiceAreThereOnce) {
    say("c", 1, 3);
    ASSERT_TRUE(shows(up_to(3)));
    publish("c", 2);
    publish("c", 3);
    say("c", 4, 4);
    publish("c", 4);
    say("c", 5, 5);
    EXPECT_TRUE(shows(up_to(5)));
}

TEST_F(Messages, ThatAreNoEventsShowNothingAndHoldNothingUp) {
    say("c", 1, 2);
    ASSERT_TRUE(shows(up_to(2)));
    const auto good = make_event("c", 3, 7)->json;
    publish("hello");
    publish(good.substr(0, 60));
    publish(good.substr(0, good.size() - 1) + ",\"x\":\"\xff\"}");
    publish(make_event("c", 3, 8)->json);
    publish("c", 5);  // nobody said 3 and 4
    publish("d", 9);
    ASSERT_NE(server_.ask("PUBLISH cedar:thread:x:pub '" + good + "'"), "");
    say("c", 3, 4);
    EXPECT_TRUE(shows(up_to(4)));
    EXPECT_EQ(host_->redis->health().garbage, 0U);  // only what a stream holds counts
    EXPECT_TRUE(host_->thread(8).empty());
}

TEST_F(Messages, ThatComeWhileTheStreamIsReadAreInTheirPlace) {
    Host writer(server_.url(), "cc");
    writer.say(1, 3000, "c", 9);
    ASSERT_TRUE(eventually([&] { return writer.all_sent(); }));
    const auto late = host_->log.subscribe_thread(9, [] {});
    writer.say(3001, 4000, "c", 9);
    EXPECT_TRUE(eventually([&] { return host_->thread(9) == up_to(4000); }));
}

TEST_F(Messages, OfAHostThatCameBackUnderAnotherNameGoOn) {
    {
        Host first(server_.url(), "cc");
        first.say(1, 5, "c");
        ASSERT_TRUE(eventually([&] { return first.all_sent(); }));
    }
    Host second(server_.url(), "dd");
    second.say(1, 4, "d");
    EXPECT_TRUE(shows({1, 2, 3, 4, 5, 1, 2, 3, 4}));
    second.say(5, 6, "d");
    EXPECT_TRUE(shows({1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6}));
}

// With it the streams are gone, and what was said meanwhile is told when it is back.
TEST_F(Messages, AfterARedisThatLostItsDataGoOnWhereTheyWere) {
    Host writer(server_.url(), "cc");
    writer.say(1, 50, "c");
    ASSERT_TRUE(shows(up_to(50)));
    server_.kill();
    writer.say(51, 100, "c");
    ASSERT_TRUE(eventually([&] { return !host_->redis->health().up && !writer.redis->health().up; }));
    server_.start();
    ASSERT_TRUE(eventually([&] { return host_->redis->health().up && writer.all_sent(); }));
    writer.say(101, 150, "c");
    EXPECT_TRUE(shows(up_to(150)));
}

TEST_F(Messages, OfItsOwnEventsMakeAHostReadNothing) {
    ASSERT_NO_FATAL_FAILURE(begin("c"));
    const auto before = reads();
    host_->say(1, 49);
    host_->log.append(make_event("a", 50, 7, true));
    ASSERT_TRUE(eventually([&] { return host_->all_sent(); }));
    publish("c", 3);  // behind all of them
    EXPECT_TRUE(eventually([&] { return host_->thread(7).size() == 53; }));
    EXPECT_EQ(reads(), before);
}

}  // namespace
}  // namespace cedar::host::redis
