#include "host/redis/redis_state.hpp"

#include "host/ports/log.hpp"

#include <utility>

namespace cedar::host::redis {
namespace {

constexpr std::chrono::seconds kSayAgain{30};

}  // namespace

void RedisState::say(bool good, const std::string& message) {
    LogRecord record;
    record.level = good ? LogLevel::info : LogLevel::warn;
    record.stage = "redis";
    record.message = message;
    lines_.write(record);
}

void RedisState::up() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(health_.up, true)) return;
        health_.refusing = false;
        health_.reason.clear();
        said_.clear();
    }
    say(true, "Redis at " + place_ + " takes events");
}

void RedisState::down(const std::string& reason, bool refusing) {
    {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        const bool lost = std::exchange(health_.up, false);
        const bool news = lost || said_ != reason || now - said_at_ > kSayAgain;
        health_.losses += lost ? 1 : 0;
        health_.refusing = refusing;
        health_.reason = reason;
        if (!news) return;
        said_ = reason;
        said_at_ = now;
    }
    say(false, "Redis at " + place_ + " does not take events, they wait in the log: " + reason);
}

void RedisState::count(std::uint64_t sent, std::uint64_t taken, std::uint64_t garbage) {
    const std::lock_guard lock(mutex_);
    health_.sent += sent;
    health_.taken += taken;
    health_.garbage += garbage;
}

void RedisState::sent_to(std::uint64_t position) {
    const std::lock_guard lock(mutex_);
    position_ = position;
}

RedisEvents::Health RedisState::health(std::uint64_t last_position) const {
    const std::lock_guard lock(mutex_);
    auto health = health_;
    health.behind = last_position > position_ ? last_position - position_ : 0;
    return health;
}

}  // namespace cedar::host::redis
