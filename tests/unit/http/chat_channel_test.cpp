#include "host/http/chat_channel.hpp"

#include "tests/support/counting_ids.hpp"
#include "tests/support/event_schema.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_event_log.hpp"
#include "tests/support/scripted_runs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;

constexpr std::size_t plenty = 1 << 20;

class ChatChannelTest : public testing::Test {
protected:
    ChatChannelTest() {
        ports_.runs = &runs_;
        ports_.events = &log_;
        ports_.clock = &clock_;
        ports_.ids = &ids_;
    }
    ChatChannel make(std::size_t max_runs = 4) {
        return {ports_, 1, max_runs, [this] { ++wakes_; }};
    }

    // What the channel has to say, frame by frame; each is an event.
    static std::vector<std::string> take(ChatChannel& channel, std::size_t room = plenty) {
        std::string frames;
        channel.take(frames, room);
        std::vector<std::string> out;
        for (std::size_t at = 0; at < frames.size();) {
            std::size_t size = static_cast<unsigned char>(frames[at + 1]);
            std::size_t head = 2;
            if (size == 126) {
                size = static_cast<std::size_t>(static_cast<unsigned char>(frames[at + 2])) << 8 |
                       static_cast<unsigned char>(frames[at + 3]);
                head = 4;
            }
            out.push_back(frames.substr(at + head, size));
            EXPECT_TRUE(is_event(out.back()));
            at += head + size;
        }
        return out;
    }

    FakeEventLog log_;
    CountingIds ids_;
    FakeClock clock_;
    ScriptedRuns runs_{log_, ids_};
    ServerPorts ports_;
    int wakes_ = 0;
};

TEST_F(ChatChannelTest, IsNotOverBeforeItWasSpokenTo) {
    auto channel = make();
    EXPECT_FALSE(channel.over());
    EXPECT_TRUE(take(channel).empty());
}

TEST_F(ChatChannelTest, WakesForEachEventAndReadsThemAll) {
    auto channel = make();
    channel.on_text("hello");
    const auto run_id = runs_.submitted().at(0).run_id;
    const int before = wakes_;
    runs_.begin(run_id);
    EXPECT_EQ(wakes_, before + 3);
    EXPECT_EQ(take(channel).size(), 3U);
    EXPECT_TRUE(take(channel).empty());
    EXPECT_FALSE(channel.over());
    runs_.finish(run_id, "x");
    EXPECT_EQ(take(channel).size(), 2U);
    EXPECT_TRUE(channel.over());
    EXPECT_EQ(log_.readers(), 0U);
}

TEST_F(ChatChannelTest, KeepsNoMoreThanItsCursorWhenThereIsNoRoom) {
    auto channel = make();
    channel.on_text("hello");
    runs_.begin(runs_.submitted().at(0).run_id);
    EXPECT_TRUE(take(channel, 0).empty());
    EXPECT_EQ(take(channel, 1).size(), 1U);  // at least one, however large
    EXPECT_EQ(take(channel).size(), 2U);
}

TEST_F(ChatChannelTest, PassesOverWhatIsSupersededForWhoIsBehindAlone) {
    auto behind = make(), prompt = make();
    behind.on_text("hello");
    const auto run_id = runs_.submitted().at(0).run_id;
    runs_.emit(run_id, "ack", R"("queue_position":0)");
    prompt.on_text(R"({"action":"resume","run_id":")" + run_id + "\"}");
    EXPECT_EQ(take(behind, 1).size(), 1U);
    std::vector<std::string> all = take(prompt);
    const auto go_on = [&] {
        for (auto& event : take(prompt)) all.push_back(std::move(event));
    };
    for (int i = 0; i < 5; ++i) runs_.emit(run_id, "token", R"("component":"x.y","text":"word")");
    go_on();
    EXPECT_EQ(take(behind, 1).size(), 1U);  // of six: from now on it is behind
    EXPECT_EQ(behind.take_skipped(), 0U);
    runs_.finish(run_id, "word");
    go_on();
    const auto rest = take(behind);
    ASSERT_EQ(rest.size(), 2U);
    EXPECT_THAT(rest[0], HasSubstr("finalizing"));
    EXPECT_THAT(rest[1], HasSubstr(R"("type":"final")"));
    EXPECT_EQ(behind.take_skipped(), 4U);
    EXPECT_TRUE(behind.over());
    EXPECT_EQ(all.size(), 8U);
    EXPECT_EQ(prompt.take_skipped(), 0U);
    auto again = make();
    again.on_text(R"({"action":"resume","run_id":")" + run_id + "\"}");
    EXPECT_EQ(take(again), all);  // who comes back is shown all of it
}

TEST_F(ChatChannelTest, AnswersARefusalWithAnEventOfTheCommonForm) {
    auto channel = make();
    channel.on_text("[]");
    const auto events = take(channel);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_THAT(events[0], HasSubstr(R"("t":"2026-01-02T03:04:05.000006Z","project_id":1,"thread_id":null)"));
    EXPECT_THAT(events[0], HasSubstr(R"("error":"invalid payload","code":"invalid_argument")"));
    EXPECT_TRUE(channel.over());
}

TEST_F(ChatChannelTest, StaysOpenForWhoAskedForIt) {
    auto channel = make();
    channel.on_text(R"({"content":"x","keep_open":true})");
    runs_.finish(runs_.submitted().at(0).run_id, "x");
    EXPECT_EQ(take(channel).size(), 2U);
    EXPECT_FALSE(channel.over());
}

TEST_F(ChatChannelTest, IsFullWhenItsAnswersAreNotTaken) {
    auto channel = make();
    for (std::size_t i = 0; i < ChatChannel::max_own_events; ++i) {
        EXPECT_FALSE(channel.full());
        channel.on_binary();
    }
    EXPECT_TRUE(channel.full());
    take(channel);
    EXPECT_FALSE(channel.full());
}

TEST_F(ChatChannelTest, RefusesChatsWhileItDrainsAndGoesOnWatching) {
    auto channel = make();
    channel.on_text("first");
    channel.drain();
    channel.on_text("second");
    EXPECT_EQ(runs_.submitted().size(), 1U);
    EXPECT_THAT(take(channel).at(0), HasSubstr(R"("code":"unavailable")"));
    runs_.finish(runs_.submitted().at(0).run_id, "x");
    EXPECT_EQ(take(channel).size(), 2U);
}

TEST_F(ChatChannelTest, ResumesARunThatItWatchesAlreadyFromTheNewPlace) {
    auto channel = make(1);
    channel.on_text("hello");
    const auto run_id = runs_.submitted().at(0).run_id;
    runs_.begin(run_id);
    EXPECT_EQ(take(channel).size(), 3U);
    channel.on_text(R"({"action":"resume","run_id":")" + run_id + R"(","after_seq":1})");
    EXPECT_EQ(take(channel).size(), 2U);
    EXPECT_EQ(log_.readers(), 1U);
}

TEST_F(ChatChannelTest, StopsNoRunWhenItEnds) {
    std::string run_id;
    {
        auto channel = make();
        channel.on_text("hello");
        run_id = runs_.submitted().at(0).run_id;
    }
    EXPECT_EQ(log_.readers(), 0U);
    EXPECT_TRUE(runs_.cancel(run_id, "test"));
}

}  // namespace
}  // namespace cedar::host::http
