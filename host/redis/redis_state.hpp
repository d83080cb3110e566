#pragma once
#include "host/redis/redis_events.hpp"

#include <mutex>

namespace cedar::host::redis {

// How Redis is, as health and the log are told. Thread: any.
class RedisState {
public:
    RedisState(std::string place, Log& lines) : place_(std::move(place)), lines_(lines) {}

    void up();
    // `refusing`: Redis itself said so. The same reason again within half a minute is not logged.
    void down(const std::string& reason, bool refusing);
    void count(std::uint64_t sent, std::uint64_t taken, std::uint64_t garbage);
    void sent_to(std::uint64_t position);
    [[nodiscard]] RedisEvents::Health health(std::uint64_t last_position) const;

private:
    void say(bool good, const std::string& message);

    const std::string place_;
    Log& lines_;
    mutable std::mutex mutex_;
    RedisEvents::Health health_;
    std::uint64_t position_ = 0;
    std::string said_;
    std::chrono::steady_clock::time_point said_at_{};
};

}  // namespace cedar::host::redis
