#pragma once
#include "host/core/now.hpp"
#include "host/ports/thread_log.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cedar::host {
class Clock;
class Log;
}  // namespace cedar::host

namespace cedar::host::http {

// The events that a page is expected to acknowledge. It learns of them from the log when it is asked, so an ack is
// good from the moment its event can be seen, and no run waits for it. Thread: any.
class AckRegistry {
public:
    // `timeout`: after it an event is forgotten. At most `max` are remembered; the oldest are forgotten first. All
    // outlive it.
    AckRegistry(ThreadLog& log, Clock& clock, Log& lines, std::chrono::milliseconds timeout, std::size_t max);

    // True: the event waits for an ack or has had one. False: there is none of that eid, or no longer.
    bool ack(std::string_view eid);
    // Learns of at most `most` events and forgets as many that nobody acknowledged in time; once all are forgotten,
    // one log line a run. True: there is more to do, at once.
    [[nodiscard]] bool expire(std::size_t most);

    struct Counters {
        std::size_t pending = 0;      // remembered, acknowledged or not
        std::uint64_t acked = 0;      // events, not acks
        std::uint64_t timeouts = 0;   // forgotten without an ack
        std::uint64_t forgotten = 0;  // of these, before their time was over
    };
    [[nodiscard]] Counters counters() const;

private:
    using Eid = std::array<std::uint64_t, 2>;
    struct Hash {
        std::size_t operator()(const Eid& eid) const { return static_cast<std::size_t>(eid[0] ^ eid[1]); }
    };
    using RunId = std::shared_ptr<const std::string>;  // shared by those that follow each other
    struct Waiting {
        Eid eid{};
        SteadyTime until{};
        RunId run_id;
        bool acked = false;
    };
    using Missed = std::unordered_map<std::string, std::size_t>;  // events of each run

    [[nodiscard]] bool catch_up(std::size_t most);
    void remember(const Event& event, Eid eid, SteadyTime until);
    [[nodiscard]] Waiting* find(const Eid& eid);
    void drop_front();
    void report(const Missed& missed);
    [[nodiscard]] static bool parse(std::string_view text, Eid& eid);

    ThreadLog& log_;
    Clock& clock_;
    Log& lines_;
    const std::chrono::milliseconds timeout_;
    const std::size_t max_;

    mutable std::mutex mutex_;
    std::uint64_t position_;
    std::deque<Waiting> order_;  // oldest first
    std::uint64_t dropped_ = 0;  // so many came before the oldest
    // Numbers from the first on. Made when the first ack comes: where no page acknowledges anything, to look each
    // event up would cost more than to send it.
    std::unordered_map<Eid, std::uint64_t, Hash> numbers_;
    bool numbered_ = false;
    Missed missed_;  // not yet reported
    Counters counters_;
};

}  // namespace cedar::host::http
