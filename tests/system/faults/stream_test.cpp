// Readers of event streams that take nothing, or all come back at once.
#include "faults_fixture.hpp"
#include "many.hpp"
#include "stream_reader.hpp"

#include <algorithm>
#include <set>

namespace cedar::host {
namespace {

using http::Client;

class StreamFaults : public FaultsTest {
protected:
    // A run in a thread, the new one when there is none yet; what it showed is added to `all`.
    void ask(std::string& thread, std::vector<std::string>& all, const std::string& content) const {
        const auto place = thread.empty() ? "" : ",\"thread_id\":" + thread;
        const auto run = chat(port(), project(), R"({"content":")" + content + "\"" + place + "}");
        ASSERT_EQ(run.last_type, "final") << run.all();
        thread = member(run.events.back(), "thread_id");
        all.insert(all.end(), run.events.begin(), run.events.end());
    }
};

TEST_F(StreamFaults, StuckReadersAreCutAndTheOthersMissNothing) {
    host();
    std::string thread;
    std::vector<std::string> all;
    ask(thread, all, "roof");
    std::vector<std::unique_ptr<StreamReader>> healthy, stuck;
    for (int i = 0; i < 20; ++i) stuck.push_back(std::make_unique<StreamReader>(port(), thread, 4096));
    for (int i = 0; i < 10; ++i) healthy.push_back(std::make_unique<StreamReader>(port(), thread));
    const std::string large = "roof " + std::string(20000, 'x');
    for (int i = 0; i < 400 && metric("cedar_http_slow_readers_total") < 20; ++i) {
        ask(thread, all, large);
        for (auto& reader : healthy) ASSERT_TRUE(reader->read(all.size()));
    }
    EXPECT_EQ(metric("cedar_http_slow_readers_total"), 20);
    for (auto& reader : healthy) EXPECT_EQ(reader->seen(), all);
    EXPECT_TRUE(serves_others());
    healthy.clear();
    stuck.clear();
    expect_unharmed(128 * 1024);  // the log's memory of these events is most of it
}

// All resume from an event that only the database has, some of them from the same one, and are shown every later
// one once.
TEST_F(StreamFaults, AStormOfReadersThatComeBackIsShownEverything) {
    constexpr std::size_t readers = 1000, runs = 20, starts = 7, looked_at = 21;
    if (!may_hold_descriptors(readers + 100)) GTEST_SKIP() << "may not hold a thousand descriptors";
    host({"events.recent=64", "server.connections=2000", "server.client_connections=0"});
    std::string thread;
    std::vector<std::string> all;
    for (std::size_t i = 0; i < runs; ++i) ask(thread, all, "roof");
    take_base();
    std::vector<std::unique_ptr<StreamReader>> storm;
    for (std::size_t i = 0; i < readers; ++i) {
        const auto& seen = all[i % starts];
        storm.push_back(std::make_unique<StreamReader>(
            port(), thread + "?last_event_id=" + member(seen, "run_id") + "-" + member(seen, "seq")));
        ASSERT_TRUE(storm.back()->opened);
    }
    EXPECT_TRUE(serves_others());
    ask(thread, all, "roof");  // and it goes on meanwhile
    for (std::size_t i = 0; i < readers; ++i) {
        const std::vector<std::string> missed(all.begin() + static_cast<std::ptrdiff_t>(i % starts + 1), all.end());
        if (i < looked_at) {
            ASSERT_TRUE(storm[i]->read(missed.size())) << i;
            ASSERT_EQ(storm[i]->seen(), missed) << i;
        } else {
            ASSERT_TRUE(storm[i]->reads_the_same(*storm[i % starts])) << i;
        }
    }
    EXPECT_EQ(metric("cedar_http_slow_readers_total"), 0);
    storm.clear();
    expect_unharmed(160 * 1024);  // a queue for each of what it missed would be twice that
}

TEST_F(StreamFaults, AThousandReadersAreShownEveryEndWhenTheHostStops) {
    constexpr std::size_t readers = 1000, runs = 4;
    if (!may_hold_descriptors(readers + 100)) GTEST_SKIP() << "may not hold a thousand descriptors";
    // The runs end by themselves while the host stops, however slow the machine is.
    const auto host = serve({"--aggregator", kExtractive, "--plugins", CEDAR_EXAMPLES, "--set",
                             "components.sample.wait={\"seconds\":1}", "--set", "run.drain_ms=60000", "--set",
                             "server.stop_time_ms=60000", "--set", "server.connections=2000", "--set",
                             "server.client_connections=0"});
    const auto id = project_id(*host);
    const auto first = chat(host->port(), id, R"({"content":"roof"})");
    ASSERT_EQ(first.last_type, "final") << first.all();
    const auto thread = member(first.events.back(), "thread_id");
    std::vector<std::unique_ptr<StreamReader>> streams;
    for (std::size_t i = 0; i < readers; ++i) {
        streams.push_back(std::make_unique<StreamReader>(host->port(), thread));
        ASSERT_TRUE(streams.back()->opened) << i;
    }
    std::vector<std::unique_ptr<Client>> askers;
    std::vector<std::string> all = first.events;
    const auto request =
        R"({"content":"wait","components":["sample.wait"],"keep_open":true,"thread_id":)" + thread + "}";
    for (std::size_t i = 0; i < runs; ++i) {
        askers.push_back(std::make_unique<Client>(host->port()));
        ASSERT_TRUE(askers.back()->open("/ws/chat/" + id));
        ASSERT_TRUE(askers.back()->text(request));
        all.push_back(askers.back()->next_text());
        ASSERT_EQ(member(all.back(), "type"), "ack");
    }
    host->process().kill(SIGTERM);
    for (auto& asker : askers) {
        auto frame = asker->next();
        for (; frame && frame->opcode == 1; frame = asker->next()) all.push_back(frame->payload);
        EXPECT_EQ(member(all.back(), "type"), "final") << all.back();
        EXPECT_TRUE(frame && frame->opcode == 8 && frame->close_code() == 1001U);
        asker->shut();  // or the host would wait for its answer
    }
    std::ranges::sort(all);
    std::set<std::string> pauses;
    const auto order = [&] { return streams.front()->seen(); };
    for (auto& stream : streams) {
        ASSERT_TRUE(stream->read_to_end());
        ASSERT_EQ(stream->seen(), order());
        const int pause = std::stoi(stream->sse.retry);
        EXPECT_TRUE(pause >= 1000 && pause <= 5000) << pause;
        pauses.insert(stream->sse.retry);
    }
    auto seen = order();
    std::ranges::sort(seen);
    EXPECT_EQ(seen, all);
    EXPECT_GT(pauses.size(), readers / 4) << "they would all come back at once";
    EXPECT_EQ(host->process().wait(), 0) << host->process().err();
}

}  // namespace
}  // namespace cedar::host
