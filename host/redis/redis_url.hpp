#pragma once
#include "host/core/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cedar::host::redis {

// Where a Redis is and how to enter it.
struct RedisUrl {
    std::string host = "127.0.0.1";
    std::uint16_t port = 6379;
    std::string path;  // of a Unix socket; then host and port do not count
    std::string user, password;
    unsigned database = 0;

    // For people and logs: without user and password.
    [[nodiscard]] std::string place() const;
};

// "redis://[[user]:password@]host[:port][/database]", "unix://[[user]:password@]/path[?db=database]",
// "unix:/path"; user and password percent-encoded. Error invalid_argument: anything else; the message never shows
// what was given. Thread: any.
[[nodiscard]] Result<RedisUrl> parse_redis_url(std::string_view text);

}  // namespace cedar::host::redis
