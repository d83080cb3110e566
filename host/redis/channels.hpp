#pragma once
#include "host/redis/redis_link.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

namespace cedar::host::redis {

// The channels of threads that one connection for messages is subscribed to. What changes within one turn of the
// loop goes to Redis together, many channels a command. Thread: the loop's.
class Channels : public std::enable_shared_from_this<Channels> {
public:
    Channels(boost::asio::io_context& io, std::shared_ptr<RedisLink> link) : io_(io), link_(std::move(link)) {}
    void join(std::int64_t thread_id);
    void leave(std::int64_t thread_id);
    void on_up();  // a new connection, which knows nothing yet

private:
    void changed(std::int64_t thread_id);
    void settle();
    void send(const char* command, const std::vector<std::int64_t>& threads) const;

    boost::asio::io_context& io_;
    const std::shared_ptr<RedisLink> link_;
    std::unordered_set<std::int64_t> wanted_, joined_;
    std::unordered_set<std::int64_t> changed_;  // since the last turn of the loop
};

}  // namespace cedar::host::redis
