#pragma once
#include "host/ports/event_log.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cedar::host {

// An event at its place.
struct PlacedEvent {
    std::uint64_t position = 0;  // from 1, rises with each event of this host, whatever the thread
    std::int64_t thread_id = 0;  // the thread's log that it is in; 0: its run had no thread yet
    EventPtr event;
    bool foreign = false;  // made by another host
};

struct ThreadPage {
    std::vector<PlacedEvent> events;  // in order
    std::uint64_t next = 0;           // go on reading after here
    bool gap = false;                 // events between where the reader was and these are no longer kept
    bool all = false;                 // with these the reader has them all; else it has to read on to know
};

// The event log by threads (conversations): all runs of a thread in one order, beginning with what its runs said
// before they had a thread. Thread: any.
class ThreadLog {
public:
    virtual ~ThreadLog() = default;

    // The thread's events after that position, at most about `max_bytes` of them. None: the reader has them all.
    // `done` is called once, on any thread, possibly before this returns.
    virtual void read_thread(std::int64_t thread_id, std::uint64_t after, std::size_t max_bytes,
                             std::function<void(ThreadPage)> done) const = 0;
    // Where that event of a run stands in the thread's log; nothing: not (or no longer) in it. `done` as above.
    virtual void find_event(std::int64_t thread_id, std::string run_id, std::uint64_t seq,
                            std::function<void(std::optional<std::uint64_t>)> done) const = 0;
    // Calls `wake` (any thread; must return at once) when the thread has events beyond what the last wake told of.
    [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe_thread(std::int64_t thread_id,
                                                                         std::function<void()> wake) = 0;

    // The newest events of all threads after that position, from memory only: `next` and `gap` say what is
    // missing in between.
    [[nodiscard]] virtual ThreadPage read_recent(std::uint64_t after, std::size_t max_events) const = 0;
    // The events that this host made, of all threads; from memory or what is stored. `done` as above.
    virtual void read_own(std::uint64_t after, std::size_t max_bytes,
                          std::function<void(ThreadPage)> done) const = 0;
    // As subscribe_thread, for all threads.
    [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe_all(std::function<void()> wake) = 0;
    [[nodiscard]] virtual std::uint64_t last_position() const = 0;
};

}  // namespace cedar::host
