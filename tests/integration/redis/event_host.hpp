#pragma once
#include "host/redis/redis_events.hpp"
#include "host/runtime/thread_event_log.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/memory_event_archive.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/redis_process.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cedar::host::redis {

using Numbers = std::vector<std::uint64_t>;

// A host as far as events go: a log, and its share in Redis.
struct Host {
    Host(const std::string& url, const std::string& name, std::size_t recent = 65536,
         std::chrono::milliseconds poll = std::chrono::milliseconds(300))
        : log({{}, {recent}}, archive) {
        RedisOptions options;
        options.url = parse_redis_url(url).value();
        options.host_name = name;
        options.timeout = std::chrono::milliseconds(500);
        options.retry_max = std::chrono::milliseconds(200);
        options.poll = poll;
        redis = std::make_unique<RedisEvents>(options, log, log, lines);
        log.set_remote(redis.get());
    }
    ~Host() { redis->stop(std::chrono::milliseconds(0)); }

    void say(std::uint64_t from, std::uint64_t to, const std::string& run = "a", std::int64_t thread = 7) {
        for (auto seq = from; seq <= to; ++seq) log.append(make_event(run, seq, thread));
    }
    Numbers thread(std::int64_t id) {
        Numbers out;
        std::uint64_t after = 0;
        for (bool more = true; more;) {
            log.read_thread(id, after, 1 << 20, [&](const ThreadPage& page) {
                for (const auto& placed : page.events) out.push_back(placed.event->seq);
                more = !page.events.empty();
                after = page.next;
            });
        }
        return out;
    }
    bool all_sent() const { return redis->health().up && redis->health().behind == 0; }

    MemoryEventArchive archive;
    RecordingLog lines;
    runtime::ThreadEventLog log;
    std::unique_ptr<RedisEvents> redis;
};

inline Numbers up_to(std::uint64_t last) {
    Numbers out;
    for (std::uint64_t seq = 1; seq <= last; ++seq) out.push_back(seq);
    return out;
}

}  // namespace cedar::host::redis
