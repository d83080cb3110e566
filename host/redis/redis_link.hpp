#pragma once
#include "host/redis/redis_url.hpp"
#include "host/redis/retry_pause.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

struct redisAsyncContext;
struct redisReply;

namespace cedar::host::redis {

// One connection to Redis on an Asio loop, made again with growing pauses whenever it ends. A reply that does not
// come within `timeout` ends it. Thread: the loop's.
class RedisLink : public std::enable_shared_from_this<RedisLink> {
public:
    // Null: the connection ended before there was a reply.
    using Done = std::function<void(const redisReply*)>;
    struct Options {
        RedisUrl url;
        std::chrono::milliseconds timeout{3000};
        std::chrono::milliseconds retry_min{100}, retry_max{5000};
    };
    struct Events {
        std::function<void()> up;
        std::function<void(const std::string& reason, bool refused)> down;  // refused: by an answer of Redis
        std::function<void(const redisReply*)> message;                     // of a subscription
    };

    RedisLink(boost::asio::io_context& io, Options options, Events events);
    ~RedisLink();
    void start();
    void stop();  // no call of Events after it
    // The other side is known to be there: while this waits to try again, it tries now.
    void hurry();
    [[nodiscard]] bool up() const { return up_; }

    // Replies come in the order of the commands. Not up: answered with null at once.
    void command(const std::vector<std::string>& arguments, Done done);
    // SUBSCRIBE and UNSUBSCRIBE: what comes goes to Events::message.
    void subscription(const std::vector<std::string>& arguments);
    // Ends the connection, as if the other side had; it is made again later.
    void drop(const std::string& reason, bool refused = false);

    struct Adapter;

private:
    friend struct Adapter;
    void connect();
    void enter();
    void check_entry(const redisReply* reply, bool last);
    void on_down(const std::string& reason, bool refused = false);
    void watch();
    void send(const std::vector<std::string>& arguments, Done done);

    boost::asio::io_context& io_;
    const Options options_;
    Events events_;
    boost::asio::steady_timer retry_timer_, watch_timer_;
    RetryPause pause_;
    std::minstd_rand chance_{std::random_device()()};
    std::chrono::steady_clock::time_point lost_{};               // when it was, while it is
    std::shared_ptr<Adapter> adapter_;                           // null: no connection
    std::deque<std::chrono::steady_clock::time_point> waiting_;  // when each unanswered command was sent
    std::chrono::steady_clock::time_point connect_began_{};
    bool up_ = false, away_ = false, stopped_ = false;
};

}  // namespace cedar::host::redis
