// Asked to stop while a thousand read and messages pour in.
#include "faults_fixture.hpp"
#include "foreign_host.hpp"
#include "many.hpp"
#include "stream_reader.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/redis_process.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <thread>

namespace cedar::host {
namespace {

using http::Client;
using namespace std::chrono_literals;

constexpr std::int64_t kFirstThread = 1000, kThreads = 20;  // of the other host
constexpr std::uint64_t kMessagesMax = 20000;

std::string foreign_run(std::int64_t thread) {
    return run_named(std::to_string(thread));
}

class DrainFaults : public FaultsTest {
protected:
    void SetUp() override {
        if (!may_hold_descriptors(1200)) GTEST_SKIP() << "may not hold a thousand descriptors";
    }
    void TearDown() override {
        ended_ = true;
        if (load_.joinable()) load_.join();
    }
    // A host whose runs may wait for so long, and a run in a thread of its own.
    void start(int seconds) {
        redis_.start();
        host_ =
            serve({"--aggregator", kExtractive, "--plugins", CEDAR_EXAMPLES, "--redis-url", redis_.url(), "--set",
                   "components.sample.wait={\"seconds\":" + std::to_string(seconds) + "}", "--set",
                   "run.drain_ms=60000", "--set", "server.stop_time_ms=60000", "--set", "server.connections=2000",
                   "--set", "server.client_connections=0", "--set", "server.client_requests_per_second=0"});
        project_ = project_id(*host_);
        first_ = chat(host_->port(), project_, R"({"content":"roof"})");
        ASSERT_EQ(first_.last_type, "final") << first_.all();
        thread_ = member(first_.events.back(), "thread_id");
    }
    // As many readers of each thread of the other host, which says a thousand messages a second from now on.
    void pour(std::size_t readers) {
        for (std::size_t i = 0; i < readers; ++i) {
            const auto thread = kFirstThread + static_cast<std::int64_t>(i) % kThreads;
            readers_.push_back(std::make_unique<StreamReader>(host_->port(), std::to_string(thread)));
            ASSERT_TRUE(readers_.back()->opened) << i;
        }
        load_ = std::thread([this] {
            ForeignHost foreign(redis_.port());
            for (std::uint64_t i = 0; i < kMessagesMax && !ended_; ++i) {
                const auto thread = kFirstThread + static_cast<std::int64_t>(i) % kThreads;
                foreign.say(thread, make_event(std::to_string(thread), i / kThreads + 1, thread)->json);
                if (i % 10 != 9) continue;
                if (!foreign.flush()) return;
                static_cast<void>(eventually([this] { return ended_.load(); }, 10ms));
            }
        });
        for (std::size_t i = 0; i < readers; i += readers / 10) ASSERT_TRUE(readers_[i]->read(1)) << i;
    }
    // A watched run that has begun to wait.
    std::unique_ptr<Client> waiting() {
        auto client = std::make_unique<Client>(host_->port());
        EXPECT_TRUE(client->open("/ws/chat/" + project_));
        EXPECT_TRUE(client->text(R"({"content":"wait","components":["sample.wait"],"keep_open":true})"));
        for (auto event = client->next_text(); member(event, "text") != "Dispatch sample.wait";) {
            event = client->next_text();
            if (event.empty()) break;
        }
        return client;
    }
    // Whether somebody who asks all the time learns that this host takes no more work.
    static bool is_told_so(Client& probe) {
        for (auto answer = probe.ask("GET", "/readyz"); answer; answer = probe.ask("GET", "/readyz"))
            if (answer->status == 503) return true;
        return false;
    }

    RedisProcess redis_;
    std::unique_ptr<Server> host_;
    std::string project_, thread_;
    SeenRun first_;
    std::vector<std::unique_ptr<StreamReader>> readers_;

private:
    std::atomic<bool> ended_ = false;
    std::thread load_;
};

// The events of each run that a socket showed until its close, which has to be in order.
std::map<std::string, std::vector<std::string>> runs_of(Client& client) {
    std::map<std::string, std::vector<std::string>> out;
    // Nothing may happen on one socket for long while the others' runs end.
    const auto next = [&client] {
        auto frame = client.next();
        if (!frame && client.hears_within(60s)) frame = client.next();
        return frame;
    };
    auto frame = next();
    for (; frame && frame->opcode == 1; frame = next())
        out[member(frame->payload, "run_id")].push_back(frame->payload);
    EXPECT_TRUE(frame && frame->opcode == 8 && frame->close_code() == 1001U);
    client.shut();  // or the host would wait for its answer
    return out;
}

// An ack says that a message has come. One that comes as the host begins to stop may have its ack and its refusal;
// what was begun has a thread.
bool is_refused(const std::vector<std::string>& events) {
    return member(events.back(), "code") == "unavailable" && member(events.back(), "thread_id") == "null";
}

// What only the first of two sorted lists has, a line each.
std::string of_first_alone(const std::vector<std::string>& first, const std::vector<std::string>& second) {
    std::vector<std::string> out;
    std::ranges::set_difference(first, second, std::back_inserter(out));
    return std::accumulate(out.begin(), out.end(), std::string(),
                           [](const std::string& all, const std::string& one) { return all + one + '\n'; });
}

void expect_whole(const StreamReader& reader, std::int64_t thread) {
    const int pause = std::stoi("0" + reader.sse.retry);
    EXPECT_TRUE(pause >= 1000 && pause <= 5000) << pause;
    std::uint64_t seq = 0;
    for (const auto& message : reader.sse.messages)
        ASSERT_EQ(message.id, foreign_run(thread) + "-" + std::to_string(++seq));
    EXPECT_GT(seq, 0U);
}

TEST_F(DrainFaults, EveryAcceptedRunEndsAndNoReaderMissesAnything) {
    constexpr std::size_t readers = 1000, askers = 4, questions = 8;
    ASSERT_NO_FATAL_FAILURE(start(3));
    StreamReader watcher(host_->port(), thread_);
    ASSERT_NO_FATAL_FAILURE(pour(readers));
    Client probe(host_->port(), 0, 2);
    ASSERT_EQ(probe.ask("GET", "/readyz")->status, 200U);
    const auto slow = waiting();
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < askers; ++i) {
        clients.push_back(std::make_unique<Client>(host_->port(), 0, 2));
        ASSERT_TRUE(clients.back()->open("/ws/chat/" + project_));
    }
    const auto question = R"({"content":"roof","keep_open":true,"thread_id":)" + thread_ + "}";
    std::vector<std::string> accepted = first_.events;
    for (std::size_t i = 0; i < askers; ++i) {
        for (std::size_t j = 0; j < questions; ++j) clients[i]->text(question);
        if (i != 0) continue;
        accepted.push_back(clients[i]->next_text());
        ASSERT_EQ(member(accepted.back(), "type"), "ack") << accepted.back();
        host_->process().kill(SIGTERM);
    }
    const auto early = member(accepted.back(), "run_id");
    EXPECT_TRUE(is_told_so(probe)) << "readiness comes before the end of connections";
    probe.shut();
    for (auto& client : clients)
        for (const auto& [id, events] : runs_of(*client)) {
            const bool taken = id == early || !is_refused(events);
            if (!taken) continue;
            EXPECT_EQ(member(events.back(), "type"), "final") << events.back();
            accepted.insert(accepted.end(), events.begin(), events.end());
        }
    const auto waited = runs_of(*slow);
    ASSERT_EQ(waited.size(), 1U);
    EXPECT_EQ(member(waited.begin()->second.back(), "type"), "final");
    ASSERT_TRUE(watcher.read_to_end());
    auto seen = watcher.seen();
    std::ranges::sort(seen);
    std::ranges::sort(accepted);
    EXPECT_EQ(of_first_alone(seen, accepted), "") << "a reader was told more";
    EXPECT_EQ(of_first_alone(accepted, seen), "") << "a reader was told less";
    for (std::size_t i = 0; i < readers; ++i) {
        ASSERT_TRUE(readers_[i]->read_to_end()) << i;
        ASSERT_NO_FATAL_FAILURE(expect_whole(*readers_[i], kFirstThread + static_cast<std::int64_t>(i) % kThreads));
    }
    EXPECT_EQ(host_->process().wait(), 0) << host_->process().err();
}

TEST_F(DrainFaults, AskedASecondTimeTheHostEndsAtOnce) {
    ASSERT_NO_FATAL_FAILURE(start(60));
    ASSERT_NO_FATAL_FAILURE(pour(1000));
    Client probe(host_->port(), 0, 2);
    ASSERT_EQ(probe.ask("GET", "/readyz")->status, 200U);
    const auto slow = waiting();
    host_->process().kill(SIGTERM);
    ASSERT_TRUE(is_told_so(probe));
    host_->process().kill(SIGTERM);
    EXPECT_EQ(host_->process().wait(), 128 + SIGTERM);
}

}  // namespace
}  // namespace cedar::host
