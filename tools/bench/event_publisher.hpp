#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace cedar::bench {

// Puts events into Redis as another host does: each into the stream of its thread and onto its channel, in the
// form of host/redis, pipelined. Thread: one.
class EventPublisher {
public:
    // Ends the program when it cannot connect.
    explicit EventPublisher(std::uint16_t redis_port);
    ~EventPublisher();
    EventPublisher(const EventPublisher&) = delete;
    EventPublisher& operator=(const EventPublisher&) = delete;

    // An event of about 200 octets, made now; goes out with the next flush(). Each thread has one run.
    void say(std::int64_t thread_id, std::uint64_t seq);
    // Returns when at most `unanswered` events have not been answered.
    void flush(std::size_t unanswered);

private:
    int socket_;
    std::string out_;
    std::size_t lines_ = 0;  // of answers that are still to come
};

}  // namespace cedar::bench
