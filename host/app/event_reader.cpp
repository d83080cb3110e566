#include "host/app/event_reader.hpp"

#include <utility>

namespace cedar::host::app {

EventReader::EventReader(EventLog& log, std::string run_id) : log_(log), run_id_(std::move(run_id)) {
    subscription_ = log_.subscribe(run_id_, [this] {
        const std::lock_guard lock(mutex_);
        woken_ = true;
        changed_.notify_one();
    });
}

std::vector<EventPtr> EventReader::next(std::chrono::milliseconds limit) {
    {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, limit, [this] { return woken_; })) return {};
        woken_ = false;
    }
    auto events = log_.read(run_id_, seen_);
    if (!events.empty()) seen_ = events.back()->seq;
    return events;
}

}  // namespace cedar::host::app
