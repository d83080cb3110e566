// A chat channel over the real log: what it shows to clients that come and go.
#include "host/core/event_text.hpp"
#include "host/http/chat_channel.hpp"
#include "host/runtime/thread_event_log.hpp"
#include "tests/support/counting_ids.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/memory_event_archive.hpp"
#include "tests/support/scripted_runs.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cedar::host::http {
namespace {

runtime::ThreadEventLog::Limits small() {
    runtime::ThreadEventLog::Limits limits;
    limits.runs.events_per_run = 6;  // the rest is in the archive
    return limits;
}

class ChatReplay : public testing::Test {
protected:
    ChatReplay() {
        archive_.page_events = 5;
        ports_.runs = &runs_;
        ports_.events = &log_;
        ports_.clock = &clock_;
        ports_.ids = &ids_;
    }

    // The numbers of the events that the channel shows with so much room.
    static std::vector<std::uint64_t> take(ChatChannel& channel, std::size_t room) {
        std::string frames;
        channel.take(frames, room);
        std::vector<std::uint64_t> out;
        for (std::size_t at = 0; at < frames.size();) {
            std::size_t size = static_cast<unsigned char>(frames[at + 1]), head = 2;
            if (size == 126) {
                size = static_cast<std::size_t>(static_cast<unsigned char>(frames[at + 2])) << 8 |
                       static_cast<unsigned char>(frames[at + 3]);
                head = 4;
            }
            const auto event = read_event(frames.substr(at + head, size));
            out.push_back(event ? event->seq : 0);
            at += head + size;
        }
        return out;
    }

    MemoryEventArchive archive_;
    runtime::ThreadEventLog log_{small(), archive_};
    CountingIds ids_;
    FakeClock clock_;
    ScriptedRuns runs_{log_, ids_};
    ServerPorts ports_;
};

// Other hosts, who know no run, as long as they can be asked.
class Others final : public RemoteEvents {
public:
    std::unique_ptr<Subscription> watch(std::int64_t) override { return nullptr; }
    void find_run(std::string, std::function<void(Place)> done) override { done({{}, can_be_asked}); }
    bool can_be_asked = true;
};

TEST_F(ChatReplay, CallsNoRunUnknownWhileThoseWhoMayKnowItCannotBeAsked) {
    Others others;
    log_.set_remote(&others);
    const auto answer = [this] {
        ChatChannel channel(ports_, 1, 4, [] {});
        channel.on_text(R"({"action":"resume","run_id":")" + run_named("ab") + "\"}");
        std::string frames;
        channel.take(frames, 65536);
        EXPECT_TRUE(channel.over());
        return frames;
    };
    EXPECT_NE(answer().find(R"("error":"unknown run")"), std::string::npos);
    others.can_be_asked = false;
    const auto unsure = answer();
    EXPECT_NE(unsure.find(R"("error":"unavailable")"), std::string::npos) << unsure;
    EXPECT_EQ(unsure.find("unknown run"), std::string::npos);
}

// Each client leaves at a random place and comes back with the last number it has, while the run goes on.
TEST_F(ChatReplay, IsGaplessHoweverOftenAClientComesAndGoes) {
    std::mt19937 random(20260102);
    for (int run = 0; run < 40; ++run) {
        const auto name = run_named("ab" + std::to_string(1000 + run));
        std::uint64_t written = 0, seen = 0;
        const auto write = [&](std::uint64_t count) {
            while (count-- > 0 && written < 60) {
                ++written;
                log_.append(
                    make_event("ab" + std::to_string(1000 + run), written, written < 3 ? 0 : 7, written == 60));
            }
        };
        write(1);
        while (seen < 60) {
            ChatChannel channel(ports_, 1, 4, [] {});
            channel.on_text(R"({"action":"resume","run_id":")" + name + R"(","after_seq":)" + std::to_string(seen) +
                            "}");
            for (auto turns = 1 + random() % 6; turns > 0; --turns) {
                write(random() % 8);
                for (const auto seq : take(channel, 1 + random() % 3000)) ASSERT_EQ(seq, ++seen);
            }
        }
        EXPECT_EQ(seen, 60U);
    }
}

TEST_F(ChatReplay, ShowsARunThatOnlyTheArchiveHas) {
    for (std::uint64_t seq = 1; seq <= 20; ++seq)
        archive_.keep(std::vector{PlacedEvent{seq, 7, make_event("a", seq, 7, seq == 20), false}});
    ChatChannel channel(ports_, 1, 4, [] {});
    channel.on_text(R"({"action":"resume","run_id":")" + run_named("a") + R"(","after_seq":3})");
    EXPECT_EQ(take(channel, 1 << 20).size(), 17U);
    EXPECT_TRUE(channel.over());
}

TEST_F(ChatReplay, FallsBackToTheArchiveWhenItsReaderIsSlow) {
    ChatChannel channel(ports_, 1, 4, [] {});
    channel.on_text("hello");
    const auto run_id = runs_.submitted().at(0).run_id;
    runs_.begin(run_id);
    EXPECT_EQ(take(channel, 1 << 20).size(), 3U);
    for (int i = 0; i < 40; ++i) runs_.ask(run_id, "bench.c" + std::to_string(i));
    const auto seen = take(channel, 1 << 20);
    ASSERT_EQ(seen.size(), 40U);
    for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], i + 4);
}

}  // namespace
}  // namespace cedar::host::http
