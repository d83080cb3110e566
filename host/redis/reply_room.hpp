#pragma once
#include <cstddef>
#include <memory_resource>
#include <vector>

struct redisReadTask;
struct redisReader;
struct redisReply;

namespace cedar::host::redis {

// Where the replies of one connection are made: in one room, used again for each, instead of a piece of memory for
// every string and array. hiredis has one reply at a time, which ends before the next begins.
class ReplyRoom {
public:
    ReplyRoom() : first_(kBytes), room_(first_.data(), first_.size()) {}
    ReplyRoom(const ReplyRoom&) = delete;
    ReplyRoom& operator=(const ReplyRoom&) = delete;

    // Before the reader's first reply. The reader makes none after the room's end; it may be freed after it.
    void serve(redisReader& reader);

private:
    struct Makers;
    // Of one array: what claims more is taken for a lack of memory, and ends the connection. Its room is made, and
    // touched, before its elements come; the largest that is asked for has 1024.
    static constexpr int kElementsMax = 1 << 20;
    static constexpr std::size_t kBytes = std::size_t{256} << 10;  // larger replies take more, and give it back

    [[nodiscard]] redisReply* make(const redisReadTask& task, int type);
    [[nodiscard]] char* text(const char* from, std::size_t size);

    std::vector<std::byte> first_;
    std::pmr::monotonic_buffer_resource room_;
};

}  // namespace cedar::host::redis
