#pragma once
#include "host/ports/remote_events.hpp"
#include "host/ports/thread_log.hpp"
#include "host/redis/redis_url.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace cedar::host {
class Log;
}

namespace cedar::host::redis {

struct RedisOptions {
    RedisUrl url;
    std::string host_name;                      // of this host's log among all: hex digits
    std::size_t stream_events = 10000;          // redis.stream_events: kept a thread, about
    std::chrono::seconds run_time{86400};       // a run is found by its id for so long
    std::chrono::milliseconds timeout{3000};    // redis.timeout_ms: without an answer the connection is made again
    std::chrono::milliseconds retry_max{5000};  // redis.retry_max_ms
    std::chrono::milliseconds poll{5000};       // threads with readers are looked at that often, come what may
};

// What this host made goes to Redis, in order and once: to a stream a thread (cedar:thread:<id>:log) and, as it is,
// to a channel (cedar:thread:<id>:pub). How far it came is stored there in the same transaction. What other hosts
// made comes from the streams of threads that are watched. Redis being away or refusing costs nothing but the
// delay: the log keeps what is to be sent. It has one thread with one Asio loop. Thread: any.
class RedisEvents final : public RemoteEvents {
public:
    // All outlive it.
    RedisEvents(RedisOptions options, ThreadLog& log, ForeignEventSink& sink, Log& lines);
    ~RedisEvents() override;  // stops
    RedisEvents(const RedisEvents&) = delete;
    RedisEvents& operator=(const RedisEvents&) = delete;

    [[nodiscard]] std::unique_ptr<Subscription> watch(std::int64_t thread_id) override;
    void find_run(std::string run_id, std::function<void(Place)> done) override;
    // Sends what is there for at most `limit`, then ends the thread. Idempotent. Blocking.
    void stop(std::chrono::milliseconds limit);

    struct Health {
        bool up = false;
        bool refusing = false;      // it is there, and answers with errors
        std::string reason;         // why not up
        std::uint64_t sent = 0;     // events, since the start
        std::uint64_t taken = 0;    // of other hosts
        std::uint64_t garbage = 0;  // entries of streams that are no events
        std::uint64_t losses = 0;   // how often it was up and then was not
        std::uint64_t behind = 0;   // positions between the log and what Redis has

        // "ok", "refusing" or "away".
        [[nodiscard]] const char* word() const { return up ? "ok" : refusing ? "refusing" : "away"; }
    };
    [[nodiscard]] Health health() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace cedar::host::redis
