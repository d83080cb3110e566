#pragma once
#include "host/ports/event_log.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cedar::host {

// Takes what other hosts made. Thread: any.
class ForeignEventSink {
public:
    virtual ~ForeignEventSink() = default;
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
