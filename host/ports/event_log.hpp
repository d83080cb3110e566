#pragma once
#include "host/core/event.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cedar::host {

// Ends a subscription when destroyed; after that no call is under way.
class Subscription {
public:
    virtual ~Subscription() = default;
};

// Events are appended once and numbered by their run; every transport reads from here. Thread: any.
class EventLog {
public:
    virtual ~EventLog() = default;

    // In the order of seq per run. Never blocks, never fails the caller.
    virtual void append(const EventPtr& event) = 0;

    // As append, for events of one run that were made at one moment: a reader may be woken once for all of them.
    virtual void append_all(std::span<const EventPtr> events) {
        for (const auto& event : events) append(event);
    }

    // The run's events with seq > after_seq that are still kept, in order.
    [[nodiscard]] virtual std::vector<EventPtr> read(std::string_view run_id, std::uint64_t after_seq) const = 0;

    // A part of a run, and what is known of the whole.
    struct RunPage {
        bool known = false;
        bool ended = false;  // its terminal event is there
        std::int64_t project_id = 0;
        std::uint64_t last_seq = 0;    // of the run's last event so far
        std::vector<EventPtr> events;  // in order; empty: nothing more is kept
        bool unsure = false;           // not known here, and others that may know it are not to be reached now
    };
    // As read, but also from what is no longer in memory, a part at a time. `done` is called once, on any thread,
    // possibly before this returns.
    virtual void fetch(std::string run_id, std::uint64_t after_seq, std::function<void(RunPage)> done) const {
        const auto all = read(run_id, 0);
        RunPage page;
        page.known = !all.empty();
        if (page.known) {
            page.ended = all.back()->terminal();
            page.project_id = all.back()->project_id;
            page.last_seq = all.back()->seq;
            page.events = read(run_id, after_seq);
        }
        done(std::move(page));
    }

    // Calls `wake` (any thread; must return at once) whenever the run has events beyond what was read; once right
    // away if it already has. The reader then calls read(). Level-triggered, so a slow reader has no queue here.
    [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe(std::string_view run_id,
                                                                  std::function<void()> wake) = 0;
};

}  // namespace cedar::host
