#pragma once
#include "host/core/now.hpp"
#include "host/ports/thread_log.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
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
    // Forgets what nobody acknowledged in time: one log line a run.
    void expire();

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
    struct Waiting {
        Eid eid{};
        SteadyTime until{};
        std::string run_id;
    };

    void catch_up();
    void drop_front(std::unordered_map<std::string, std::size_t>& missed);
    void report(const std::unordered_map<std::string, std::size_t>& missed);
    [[nodiscard]] static bool parse(std::string_view text, Eid& eid);

    ThreadLog& log_;
    Clock& clock_;
    Log& lines_;
    const std::chrono::milliseconds timeout_;
    const std::size_t max_;

    mutable std::mutex mutex_;
    std::uint64_t position_;
    std::unordered_map<Eid, bool, Hash> events_;  // whether it was acknowledged
    std::deque<Waiting> order_;                   // oldest first
    Counters counters_;
};

}  // namespace cedar::host::http
