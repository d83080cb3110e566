#pragma once
#include "host/ports/event_log.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace cedar::host {

// An event of another host, and the thread that it is told in.
struct ForeignEvent {
    std::int64_t thread_id = 0;
    EventPtr event;
};

// Takes what other hosts made. Thread: any.
class ForeignEventSink {
public:
    virtual ~ForeignEventSink() = default;
    // How far that run of another host is known; 0: not at all, or no longer.
    [[nodiscard]] virtual std::uint64_t foreign_seq(std::string_view run_id) const = 0;

    struct Next {
        std::size_t taken = 0;
        std::unordered_set<std::int64_t> unclear;  // threads of events that were left out
    };
    // Appends those events that are the next ones of their runs, as far as these are known in their threads, in the
    // order given. What is known already is no news. Any other event is left out, and with it what follows of its
    // thread: something may lie before it. Waits for nothing.
    [[nodiscard]] virtual Next take_next(std::span<const ForeignEvent> events) = 0;
    // Appends those of a thread that are new here; what is known is left out. `done` is called once, on any thread,
    // possibly before this returns; not twice at a time for one thread.
    virtual void take_foreign(std::int64_t thread_id, std::vector<EventPtr> events, std::function<void()> done) = 0;
};

// Events of other hosts. Thread: any.
class RemoteEvents {
public:
    virtual ~RemoteEvents() = default;
    // The thread's foreign events come into the sink, those kept first and then new ones, until this is ended.
    [[nodiscard]] virtual std::unique_ptr<Subscription> watch(std::int64_t thread_id) = 0;
    // Where a run of any host is.
    struct Place {
        std::optional<std::int64_t> thread_id;  // nothing: unknown, if the others were asked
        bool asked = true;                      // false: they are not to be reached now
    };
    // Asks once what is kept of that run's thread has come into the sink. `done` is called once, on any thread.
    virtual void find_run(std::string run_id, std::function<void(Place)> done) = 0;
};

}  // namespace cedar::host
