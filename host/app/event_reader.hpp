#pragma once
#include "host/ports/event_log.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cedar::host::app {

// Waits for the events of one run, in order. Thread: one at a time; the log's wakes come from any.
class EventReader {
public:
    // `log` outlives it.
    EventReader(EventLog& log, std::string run_id);

    // The events since the last call; waits for at least one for up to `limit`, then nothing. Blocking.
    [[nodiscard]] std::vector<EventPtr> next(std::chrono::milliseconds limit);

private:
    EventLog& log_;
    std::string run_id_;
    std::uint64_t seen_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
    std::unique_ptr<Subscription> subscription_;  // last: its wakes use what is above
};

}  // namespace cedar::host::app
