#include "host/redis/reply_room.hpp"

#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include <memory>
#include <string>

namespace cedar::host::redis {
namespace {

// What redis-cli would show of it, without the numbering.
std::string shown(const redisReply& reply) {
    switch (reply.type) {
        case REDIS_REPLY_INTEGER: return std::to_string(reply.integer);
        case REDIS_REPLY_NIL: return "nil";
        case REDIS_REPLY_ARRAY: {
            std::string out = "[";
            for (std::size_t i = 0; i < reply.elements; ++i) out += shown(*reply.element[i]) + " ";
            return out + "]";
        }
        default: return {reply.str, reply.len};
    }
}

class Replies : public testing::Test {
protected:
    Replies() { room_.serve(*reader_); }
    void feed(const std::string& octets) {
        ASSERT_EQ(redisReaderFeed(reader_.get(), octets.data(), octets.size()), REDIS_OK);
    }
    // Empty: it is not whole yet.
    std::string next() {
        void* reply = nullptr;
        EXPECT_EQ(redisReaderGetReply(reader_.get(), &reply), REDIS_OK);
        if (reply == nullptr) return {};
        auto out = shown(*static_cast<const redisReply*>(reply));
        reader_->fn->freeObject(reply);
        return out;
    }

    ReplyRoom room_;
    std::unique_ptr<redisReader, void (*)(redisReader*)> reader_{redisReaderCreate(), redisReaderFree};
};

TEST_F(Replies, OfEveryKindAreMadeAsHiredisMakesThem) {
    feed("*2\r\n$3\r\nkey\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\ne\r\n$4\r\n{ab}\r\n");
    feed(":42\r\n+OK\r\n-ERR no\r\n$-1\r\n*-1\r\n*0\r\n$0\r\n\r\n:1\r\n");
    EXPECT_EQ(next(), "[key [[1-0 [e {ab} ] ] ] ]");
    for (const auto* want : {"42", "OK", "ERR no", "nil", "nil", "[]"}) EXPECT_EQ(next(), want);
    EXPECT_EQ(next(), "");  // an empty text
    EXPECT_EQ(next(), "1");
}

TEST_F(Replies, ThatClaimMoreElementsThanAnybodySendsAreRefused) {
    feed("*1048577\r\n");
    void* reply = nullptr;
    EXPECT_EQ(redisReaderGetReply(reader_.get(), &reply), REDIS_ERR);
    EXPECT_EQ(reply, nullptr);
}

TEST_F(Replies, MayComeInPieces) {
    const std::string octets = "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$5\r\nhello\r\n";
    for (int round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i + 1 < octets.size(); ++i) {
            feed(octets.substr(i, 1));
            EXPECT_EQ(next(), "");
        }
        feed("\n");
        EXPECT_EQ(next(), "[message c hello ]");
    }
}

TEST_F(Replies, LargerThanTheRoomAreWholeAndSoIsTheNext) {
    const std::string large(std::size_t{3} << 20, 'x');
    for (int round = 0; round < 3; ++round) {
        feed("*2\r\n$" + std::to_string(large.size()) + "\r\n" + large + "\r\n:7\r\n+next\r\n");
        EXPECT_EQ(next(), "[" + large + " 7 ]");
        EXPECT_EQ(next(), "next");
    }
}

}  // namespace
}  // namespace cedar::host::redis
