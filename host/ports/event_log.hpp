#pragma once
#include "host/core/event.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
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

    // Calls `wake` (any thread; must return at once) whenever the run has events beyond what was read; once right
    // away if it already has. The reader then calls read(). Level-triggered, so a slow reader has no queue here.
    [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe(std::string_view run_id,
                                                                  std::function<void()> wake) = 0;
};

}  // namespace cedar::host
