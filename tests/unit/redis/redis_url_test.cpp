#include "host/redis/redis_url.hpp"

#include <gtest/gtest.h>

namespace cedar::host::redis {
namespace {

TEST(RedisUrl, SaysWhereAndHowToEnter) {
    const auto plain = parse_redis_url("redis://localhost").value();
    EXPECT_EQ(plain.host, "localhost");
    EXPECT_EQ(plain.port, 6379);
    const auto full = parse_redis_url("redis://me:s%40cret%3a@[::1]:7000/3").value();
    EXPECT_EQ(full.host, "::1");
    EXPECT_EQ(full.port, 7000);
    EXPECT_EQ(full.user, "me");
    EXPECT_EQ(full.password, "s@cret:");
    EXPECT_EQ(full.database, 3U);
    EXPECT_EQ(parse_redis_url("redis://:pw@h:1/").value().password, "pw");
}

TEST(RedisUrl, KnowsUnixSockets) {
    for (const char* text : {"unix:/run/redis.sock?db=2", "unix:///run/redis.sock?db=2"}) {
        const auto url = parse_redis_url(text).value();
        EXPECT_EQ(url.path, "/run/redis.sock");
        EXPECT_EQ(url.database, 2U);
    }
    EXPECT_EQ(parse_redis_url("unix://:pw@/run/redis.sock").value().password, "pw");
}

TEST(RedisUrl, NeverShowsThePassword) {
    for (const char* text :
         {"redis://me:hunter2@h:99999", "http://me:hunter2@h", "redis://me:hunter2@h/x", "redis://me:hunter2%4@h",
          "redis://me:hunter2@", "unix://me:hunter2@relative", "hunter2", "redis://me:hunter2@h:0", ""}) {
        const auto url = parse_redis_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().message.find("hunter2"), std::string::npos) << url.error().message;
        EXPECT_EQ(url.error().code, ErrorCode::invalid_argument);
    }
    EXPECT_EQ(parse_redis_url("redis://me:hunter2@h:7/2").value().place(), "h:7 database 2");
}

}  // namespace
}  // namespace cedar::host::redis
