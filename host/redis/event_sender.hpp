#pragma once
#include "host/redis/redis_link.hpp"
#include "host/redis/redis_state.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace cedar::host::redis {

// Sends this host's events, a transaction at a time. It has no queue: it goes along the log. Thread: the loop's,
// but for on_news().
class EventSender : public std::enable_shared_from_this<EventSender> {
public:
    EventSender(boost::asio::io_context& io, const RedisOptions& options, ThreadLog& log, RedisState& state,
                std::shared_ptr<RedisLink> link);

    void on_news();  // any thread
    void on_up();
    // Nothing is under way and nothing is left, or nothing can be sent.
    [[nodiscard]] bool idle() const;

private:
    void read_place();
    void on_place(const redisReply* reply);
    void pump();
    void on_page(ThreadPage page);
    void send(const ThreadPage& page);
    void on_sent(const redisReply* reply, const ThreadPage& page);
    void retry(const std::string& reason);
    [[nodiscard]] std::string place_key() const { return "cedar:host:" + options_.host_name + ":position"; }

    boost::asio::io_context& io_;
    const RedisOptions& options_;
    ThreadLog& log_;
    RedisState& state_;
    std::shared_ptr<RedisLink> link_;
    boost::asio::steady_timer timer_;
    std::atomic<bool> woken_{false};
    std::uint64_t position_ = 0;   // sent up to here
    std::uint64_t published_ = 0;  // what was published once is not again, though streams are filled anew
    std::string refusal_;          // of a command in the transaction under way
    std::int64_t connection_ = 0;  // as Redis numbers it
    std::uint64_t turn_ = 0;       // of the connection: answers of an earlier one do not count
    bool placed_ = false, placed_once_ = false, busy_ = false;
    bool again_ = false;  // there was news while it was busy
};

}  // namespace cedar::host::redis
