// Readers of event streams that take nothing, or all come back at once.
#include "faults_fixture.hpp"
#include "stream_reader.hpp"

namespace cedar::host {
namespace {

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

TEST_F(StreamFaults, AStormOfReadersThatComeBackIsShownEverything) {
    host();
    std::string thread;
    std::vector<std::string> all;
    for (int i = 0; i < 50; ++i) ask(thread, all, "roof");
    take_base();
    std::vector<std::unique_ptr<StreamReader>> storm;
    for (int i = 0; i < 300; ++i) {
        storm.push_back(std::make_unique<StreamReader>(port(), thread));
        ASSERT_TRUE(storm.back()->opened);
    }
    EXPECT_TRUE(serves_others());
    ask(thread, all, "roof");  // and it goes on meanwhile
    for (auto& reader : storm) {
        ASSERT_TRUE(reader->read(all.size()));
        ASSERT_EQ(reader->seen(), all);
    }
    EXPECT_EQ(metric("cedar_http_slow_readers_total"), 0);
    storm.clear();
    expect_unharmed(96 * 1024);
}

}  // namespace
}  // namespace cedar::host
