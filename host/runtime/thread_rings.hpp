#pragma once
#include "host/ports/event_archive.hpp"

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace cedar::host::runtime {

// The newest events of all threads, each at its place. Decides places; what a run says before it has a thread
// moves to the front of what it says there. Everything of every thread behind floor() is here.
// Thread: one at a time.
class ThreadRings {
public:
    struct Limits {
        std::size_t events = 65536;
        std::size_t bytes = std::size_t{64} << 20;
    };

    ThreadRings(Limits limits, std::uint64_t last_position)
        : limits_(limits), last_(last_position), floor_(last_position) {}

    // Gives events of one run their places, in order, with those of the run that move. Not yet in the rings.
    [[nodiscard]] std::vector<PlacedEvent> place(std::span<const EventPtr> events);
    // The same of one that another host made.
    [[nodiscard]] PlacedEvent place_foreign(std::int64_t thread_id, const EventPtr& event) {
        return {++last_, thread_id, event, true};
    }
    // Puts them into the rings, those of a thread at least; the oldest beyond the limits leave.
    void push(std::span<const PlacedEvent> events);
    // A run of an earlier process goes on: it has this thread and nothing that could move.
    void know_run(const std::string& run_id, std::int64_t thread_id) { runs_[run_id] = {thread_id, {}}; }

    [[nodiscard]] std::uint64_t last() const { return last_; }
    // The last position of an event that this host made and that has a thread, or a later one.
    [[nodiscard]] std::uint64_t last_own() const { return last_own_; }
    [[nodiscard]] std::uint64_t floor() const { return floor_; }
    // Positions after floor() at least.
    [[nodiscard]] ThreadPage read(std::int64_t thread_id, std::uint64_t after, std::size_t max_bytes) const;
    [[nodiscard]] ThreadPage read_recent(std::uint64_t after, std::size_t max_events) const;
    [[nodiscard]] std::optional<std::uint64_t> find(std::int64_t thread_id, std::string_view run_id,
                                                    std::uint64_t seq) const;

private:
    struct Run {
        std::int64_t thread_id = 0;
        std::vector<EventPtr> early;  // said before there was a thread
    };

    const Limits limits_;
    std::uint64_t last_, floor_;
    std::uint64_t last_own_ = last_;
    std::size_t bytes_ = 0;
    std::deque<PlacedEvent> recent_;
    std::unordered_map<std::int64_t, std::deque<PlacedEvent>> threads_;
    std::unordered_map<std::string, Run> runs_;  // that have not ended
};

}  // namespace cedar::host::runtime
