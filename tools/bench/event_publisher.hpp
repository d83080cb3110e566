#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace cedar::bench {

// An event of about 200 octets, made now. Each thread has one run.
[[nodiscard]] std::string event_text(std::int64_t thread_id, std::uint64_t seq);

// Brings events to a server under measurement, pipelined. Thread: one.
class Publisher {
public:
    Publisher() = default;
    virtual ~Publisher() = default;
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;
    // The event goes out with the next flush().
    virtual void say(std::int64_t thread_id, std::uint64_t seq) = 0;
    // Returns when at most `unanswered` events have not been answered.
    virtual void flush(std::size_t unanswered) = 0;
};

// Puts them into Redis as another host does: each into the stream of its thread and onto its channel, in the form
// of host/redis.
class EventPublisher final : public Publisher {
public:
    // Ends the program when it cannot connect.
    explicit EventPublisher(std::uint16_t redis_port);
    ~EventPublisher() override;

    void say(std::int64_t thread_id, std::uint64_t seq) override;
    void flush(std::size_t unanswered) override;

private:
    int socket_;
    std::string out_;
    std::size_t lines_ = 0;  // of answers that are still to come
};

}  // namespace cedar::bench
