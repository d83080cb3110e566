// What other hosts made, as the log takes it in.
#include "host/runtime/thread_event_log_state.hpp"

#include <limits>
#include <utility>

namespace cedar::host::runtime {

void ThreadEventLog::State::know_foreign(const std::string& run_id, std::int64_t thread_id,
                                         std::uint64_t last_seq) {
    const std::lock_guard lock(mutex);
    foreign.know(run_id, thread_id, last_seq);
}

// What this host made itself comes back as a message: its runs are in memory as long as they are told of.
bool ThreadEventLog::State::follows(const ForeignEvent& told, Next& next) {
    const auto& event = *told.event;
    if (!next.unclear.contains(told.thread_id)) {
        if (foreign.go_on(event.run_id, told.thread_id, event.seq)) return true;
        if (foreign.last_seq(event.run_id).value_or(0) >= event.seq || runs.last_seq(event.run_id) >= event.seq)
            return false;
    }
    next.unclear.insert(told.thread_id);
    return false;
}

ForeignEventSink::Next ThreadEventLog::State::take_next(std::span<const ForeignEvent> events) {
    Next next;
    Wakers to_wake;
    std::vector<EventPtr> fresh;
    {
        const std::lock_guard lock(mutex);
        std::vector<PlacedEvent> placed;
        placed.reserve(events.size());
        for (const auto& told : events)
            if (follows(told, next)) placed.push_back(rings.place_foreign(told.thread_id, told.event));
        add(placed, to_wake);
        for (const auto& one : placed) fresh.push_back(one.event);
    }
    next.taken = fresh.size();
    runs.append_mixed(fresh);
    for (const auto& waker : to_wake) waker->call();
    return next;
}

// False: it is not known how far the run is. What is known of it is left out.
bool ThreadEventLog::State::take_run(std::int64_t thread_id, std::span<const EventPtr> events) {
    Wakers to_wake;
    std::vector<EventPtr> fresh;
    {
        const std::lock_guard lock(mutex);
        const auto& run_id = events.front()->run_id;
        auto last = foreign.last_seq(run_id);
        if (!last) return false;
        std::vector<PlacedEvent> placed;
        for (const auto& event : events) {
            if (event->seq <= *last) continue;
            last = event->seq;
            placed.push_back(rings.place_foreign(thread_id, event));
            fresh.push_back(event);
        }
        foreign.know(run_id, thread_id, *last);
        add(placed, to_wake);
    }
    runs.append_all(fresh);
    for (const auto& waker : to_wake) waker->call();
    return true;
}

// One run after the other; for a run not met before the archive is asked how far it is known.
void ThreadEventLog::State::take_foreign(std::int64_t thread_id, std::vector<EventPtr> events, std::size_t from,
                                         std::function<void()> done) {
    while (from < events.size()) {
        const std::string run_id = events[from]->run_id;
        auto end = from;
        while (end < events.size() && events[end]->run_id == run_id) ++end;
        if (!take_run(thread_id, std::span(events).subspan(from, end - from))) {
            return archive.read_run(run_id, std::numeric_limits<std::int64_t>::max(),
                                    [self = shared_from_this(), thread_id, run_id, from, events = std::move(events),
                                     done = std::move(done)](const RunPage& known) mutable {
                                        self->know_foreign(run_id, thread_id, known.last_seq);
                                        self->take_foreign(thread_id, std::move(events), from, std::move(done));
                                    });
        }
        from = end;
    }
    done();
}

std::uint64_t ThreadEventLog::foreign_seq(std::string_view run_id) const {
    const std::lock_guard lock(state_->mutex);
    return state_->foreign.last_seq(run_id).value_or(0);
}

ForeignEventSink::Next ThreadEventLog::take_next(std::span<const ForeignEvent> events) {
    return state_->take_next(events);
}

void ThreadEventLog::take_foreign(std::int64_t thread_id, std::vector<EventPtr> events,
                                  std::function<void()> done) {
    state_->take_foreign(thread_id, std::move(events), 0, std::move(done));
}

}  // namespace cedar::host::runtime
