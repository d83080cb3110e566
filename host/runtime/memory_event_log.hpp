#pragma once
#include "host/ports/event_log.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace cedar::host::runtime {

// Bounds of the log. What is beyond is forgotten, oldest first; a reader sees that by the gap in `seq`.
struct EventLogLimits {
    std::size_t events_per_run = 8192;
    std::size_t bytes_per_run = std::size_t{16} << 20;
    std::size_t bytes = std::size_t{256} << 20;  // of all runs
    std::size_t ended_runs = 256;                // kept for readers that come back
};

// The events of runs, in memory. A run is readable from its first event until the bounds push it out; runs that
// have ended go first. Wakes are coalesced: one that was not followed by a read is not repeated. Thread: any.
// `wake` is called with no lock of the log held.
class MemoryEventLog final : public EventLog {
public:
    explicit MemoryEventLog(EventLogLimits limits = {});
    ~MemoryEventLog() override;

    void append(const EventPtr& event) override { append_all({&event, 1}); }
    void append_all(std::span<const EventPtr> events) override;
    // As append for each, of whatever runs.
    void append_mixed(std::span<const EventPtr> events);
    // Forgets a run that nobody reads and that has not ended here, such as one of another host whose readers have
    // left: its end may never come. Those that have ended have a bound of their own.
    void drop(std::string_view run_id);
    // Of the run's last event; 0: nothing is kept of it.
    [[nodiscard]] std::uint64_t last_seq(std::string_view run_id) const;
    [[nodiscard]] std::vector<EventPtr> read(std::string_view run_id, std::uint64_t after_seq) const override;
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::string_view run_id,
                                                          std::function<void()> wake) override;

    struct Usage {
        std::size_t runs = 0, events = 0, bytes = 0, subscriptions = 0;
        std::uint64_t forgotten = 0;  // events pushed out by a bound while their run was kept
    };
    [[nodiscard]] Usage usage() const;

private:
    struct State;
    std::shared_ptr<State> state_;  // outlived by subscriptions
};

}  // namespace cedar::host::runtime
