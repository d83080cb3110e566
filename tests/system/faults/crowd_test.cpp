// Readers that come and go without end while messages pour in, and as many threads as can be read.
#include "faults_fixture.hpp"
#include "foreign_host.hpp"
#include "host/runtime/sanitizer_fibers.hpp"
#include "many.hpp"
#include "stream_reader.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/redis_process.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <random>
#include <thread>

namespace cedar::host {
namespace {

using http::Client;
using namespace std::chrono_literals;

std::string run_of(std::int64_t thread) {
    char name[16];
    std::snprintf(name, sizeof name, "%08lx", static_cast<unsigned long>(thread));
    return name;
}

class CrowdFaults : public FaultsTest {
protected:
    // How many channels of threads Redis has subscribers of.
    std::size_t channels() const {
        const auto reply = redis_.ask("PUBSUB CHANNELS cedar:thread:*");
        return reply.starts_with('*') ? std::stoul(reply.substr(1)) : 0;
    }
    std::size_t subscribe_commands() const {
        const auto reply = redis_.ask("INFO commandstats");
        const std::string mark = "cmdstat_subscribe:calls=";
        const auto at = reply.find(mark);
        return at == std::string::npos ? 0 : std::stoul(reply.substr(at + mark.size()));
    }

    // Another host has a run in each of these threads.
    void place(std::int64_t first, std::int64_t count) const {
        ForeignHost foreign(redis_.port());
        for (auto thread = first; thread < first + count; ++thread) {
            foreign.place(run_named(run_of(thread)), thread);
            foreign.put(thread, make_event(run_of(thread), 1, thread)->json);
            if (thread % 1000 != 0) continue;
            ASSERT_TRUE(foreign.flush());
        }
        ASSERT_TRUE(foreign.flush());
    }
    // Sockets that watch as many runs as they may, and nothing beyond. Several ask before one is read.
    void gather(std::int64_t first, std::int64_t count) {
        for (auto thread = first; thread < first + count; thread += kTogether * kEach) {
            const auto end = std::min(thread + kTogether * kEach, first + count);
            const auto begin = crowd_.size();
            for (auto from = thread; from < end; from += kEach) ASSERT_NO_FATAL_FAILURE(ask(from));
            for (auto i = begin; i < crowd_.size(); ++i) ASSERT_NO_FATAL_FAILURE(hear(*crowd_[i], first));
        }
    }
    void ask(std::int64_t first) {
        crowd_.push_back(std::make_unique<Client>(port()));
        ASSERT_TRUE(crowd_.back()->open(socket_path()));
        for (std::int64_t i = 0; i < kEach; ++i) ASSERT_TRUE(crowd_.back()->text(resume(first + i)));
    }
    static void hear(Client& client, std::int64_t beyond) {
        for (std::int64_t i = 0; i < kEach; ++i) ASSERT_EQ(member(client.next_text(), "type"), "info") << i;
        ASSERT_TRUE(client.text(resume(beyond - 1)));
        ASSERT_EQ(member(client.next_text(), "error"), "too many runs");
    }
    void leave() {
        crowd_.clear();
        EXPECT_TRUE(eventually([&] { return channels() == 0; })) << channels();
    }
    static std::string resume(std::int64_t thread) {
        return R"({"action":"resume","keep_open":true,"run_id":")" + run_named(run_of(thread)) + "\"}";
    }

    static constexpr std::int64_t kEach = 64;     // runs of one socket
    static constexpr std::int64_t kTogether = 8;  // sockets
    std::vector<std::unique_ptr<Client>> crowd_;
    RedisProcess redis_;
};

// Says five thousand events a second in a thread, as one run of another host.
class Flood {
public:
    static constexpr std::int64_t kThread = 1000;
    static constexpr std::uint64_t kMost = 30000, kAtOnce = 60;

    explicit Flood(std::uint16_t redis_port)
        : thread_([this, redis_port] {
              ForeignHost foreign(redis_port);
              while (!ended_ && said_ < kMost) {
                  for (std::uint64_t i = 1; i <= kAtOnce; ++i)
                      foreign.say(kThread, make_event("f", said_ + i, kThread)->json);
                  if (!foreign.flush()) return;
                  said_ += kAtOnce;
                  static_cast<void>(eventually([this] { return ended_.load(); }, 10ms));
              }
          }) {}
    ~Flood() { end(); }
    Flood(const Flood&) = delete;
    Flood& operator=(const Flood&) = delete;
    void end() {
        ended_ = true;
        if (thread_.joinable()) thread_.join();
    }
    [[nodiscard]] std::uint64_t said() const { return said_; }

private:
    std::atomic<std::uint64_t> said_ = 0;
    std::atomic<bool> ended_ = false;
    std::thread thread_;
};

// Comes back again and again, with the last id it has.
struct Returning {
    std::string id;
    std::uint64_t seen = 0;  // all up to it
    // Every message is the one after the last.
    void take(const StreamReader& reader) {
        for (const auto& message : reader.sse.messages)
            ASSERT_EQ(message.id, run_named("f") + "-" + std::to_string(++seen));
        if (!reader.sse.messages.empty()) id = reader.sse.messages.back().id;
    }
};

TEST_F(CrowdFaults, ReadersThatComeAndGoSeeEveryEventOnceAndInOrder) {
    constexpr std::size_t clients = 200, rounds = 4;
    redis_.start();
    host({"redis.url=" + redis_.url(), "redis.stream_events=100000", "events.recent=4096",
          "server.client_requests_per_second=0"});
    Flood flood(redis_.port());
    std::mt19937 random(20260102);
    std::vector<Returning> crowd(clients);
    const auto target = std::to_string(Flood::kThread);
    for (std::size_t round = 0; round < rounds; ++round) {
        std::vector<std::unique_ptr<StreamReader>> readers;
        for (auto& one : crowd) {
            readers.push_back(std::make_unique<StreamReader>(port(), target + "?last_event_id=" + one.id));
            ASSERT_TRUE(readers.back()->opened);
        }
        for (std::size_t i = 0; i < clients; ++i) {
            ASSERT_TRUE(eventually([&] { return flood.said() > crowd[i].seen; }));
            const auto open = flood.said() - crowd[i].seen;
            ASSERT_TRUE(readers[i]->read(1 + random() % std::min<std::uint64_t>(open, 500))) << round << " " << i;
            ASSERT_NO_FATAL_FAILURE(crowd[i].take(*readers[i])) << round << " " << i;
        }
        EXPECT_TRUE(serves_others());
    }
    flood.end();
    // And all of it, for one that comes when all is over.
    StreamReader last(port(), target + "?last_event_id=" + crowd.front().id);
    ASSERT_TRUE(last.read(flood.said() - crowd.front().seen));
    ASSERT_NO_FATAL_FAILURE(crowd.front().take(last));
    EXPECT_EQ(crowd.front().seen, flood.said());
    last.leave();
    expect_unharmed(160 * 1024);
}

TEST_F(CrowdFaults, ThreadsBeyondTheLimitOfASocketAreRefusedAndTheOthersAreLeftWithIt) {
    const bool many = !runtime::kSanitized && may_hold_descriptors(4000);
    const std::int64_t first = 1000, sockets = many ? 1600 : 20, threads = kEach * sockets;
    redis_.start();
    host({"redis.url=" + redis_.url(), "server.connections=2000", "server.client_connections=0",
          "server.client_requests_per_second=0", "server.ws_idle_time_ms=3600000", "events.recent=1024"});
    ASSERT_NO_FATAL_FAILURE(place(first, threads));
    ASSERT_NO_FATAL_FAILURE(gather(first, threads));
    EXPECT_TRUE(serves_others());
    const auto all = static_cast<std::size_t>(threads);
    EXPECT_TRUE(eventually([&] { return channels() == all; })) << channels();
    // A new connection is told of all of them with a few commands.
    ASSERT_FALSE(redis_.ask("CONFIG RESETSTAT").empty());
    ASSERT_FALSE(redis_.ask("CLIENT KILL TYPE pubsub").empty());
    EXPECT_TRUE(eventually([&] { return channels() == all && subscribe_commands() > 0; })) << channels();
    EXPECT_LE(subscribe_commands(), all / 100 + 1);
    leave();
    // What is kept of runs that were left, whose ends never come, is bounded: others need no more memory.
    take_base();
    const std::int64_t others = first + threads, fewer = threads / 8;
    ASSERT_NO_FATAL_FAILURE(place(others, fewer));
    ASSERT_NO_FATAL_FAILURE(gather(others, fewer));
    leave();
    expect_unharmed(12 * 1024);
}

}  // namespace
}  // namespace cedar::host
