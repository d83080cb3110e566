#include "host/runtime/thread_event_log.hpp"

#include "host/core/event_text.hpp"
#include "host/ports/clock.hpp"
#include "host/ports/ids.hpp"
#include "host/runtime/thread_event_log_state.hpp"
#include "host/runtime/thread_subscription.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::runtime {

// The archive has them before anybody can see them: what a watcher saw is there after a kill.
void ThreadEventLog::State::add(std::span<const PlacedEvent> placed, Wakers& to_wake) {
    if (placed.empty()) return;
    archive.keep(placed);
    rings.push(placed);
    const auto wake = [&](std::int64_t key) {
        const auto found = wakers.find(key);
        if (found != wakers.end()) to_wake.insert(to_wake.end(), found->second.begin(), found->second.end());
    };
    std::int64_t last = 0;  // early events have no readers, and those after them the same thread
    for (const auto& event : placed)
        if (std::exchange(last, event.thread_id) != event.thread_id) wake(event.thread_id);
    if (last != 0) wake(kAllThreads);
}

void ThreadEventLog::State::append(std::span<const EventPtr> events) {
    if (events.empty()) return;
    Wakers to_wake;
    {
        const std::lock_guard lock(mutex);
        add(rings.place(events), to_wake);
    }
    runs.append_all(events);
    for (const auto& waker : to_wake) waker->call();
}

// From the archive up to what memory has, and then from memory.
void ThreadEventLog::State::read_thread(std::int64_t thread_id, std::uint64_t after, std::size_t max_bytes,
                                        bool gap, std::function<void(ThreadPage)> done) {
    std::uint64_t floor = 0;
    std::optional<ThreadPage> page;
    {
        const std::lock_guard lock(mutex);
        floor = rings.floor();
        if (after >= floor) page = rings.read(thread_id, after, max_bytes);
    }
    if (page) {
        page->gap = gap;
        return done(std::move(*page));
    }
    archive.read_thread(thread_id, after, floor, max_bytes,
                        [self = shared_from_this(), thread_id, max_bytes, gap, floor,
                         done = std::move(done)](ThreadPage stored) mutable {
                            stored.gap = stored.gap || gap;
                            if (!stored.events.empty() || stored.next < floor) return done(std::move(stored));
                            self->read_thread(thread_id, stored.next, max_bytes, stored.gap, std::move(done));
                        });
}

std::optional<EventLog::RunPage> ThreadEventLog::State::fetch_from_memory(const std::string& run_id,
                                                                          std::uint64_t after_seq) const {
    const auto all = runs.read(run_id, 0);
    if (all.empty()) return std::nullopt;
    RunPage page{true, all.back()->terminal(), all.back()->project_id, all.back()->seq, {}};
    if (after_seq >= page.last_seq) return page;
    if (all.front()->seq > after_seq + 1) return std::nullopt;
    page.events.assign(all.begin() + static_cast<std::ptrdiff_t>(after_seq + 1 - all.front()->seq), all.end());
    return page;
}

void ThreadEventLog::State::fetch(std::string run_id, std::uint64_t after_seq, bool ask_others,
                                  std::function<void(RunPage)> done) {
    if (auto page = fetch_from_memory(run_id, after_seq)) return done(std::move(*page));
    archive.read_run(
        run_id, after_seq,
        [self = shared_from_this(), run_id, after_seq, ask_others, done = std::move(done)](RunPage page) mutable {
            if (page.events.empty()) {  // not stored, but memory may still have what came later
                const auto rest = self->runs.read(run_id, after_seq);
                if (!rest.empty())
                    page = {true, rest.back()->terminal(), rest.back()->project_id, rest.back()->seq, rest};
            }
            if (page.known || !ask_others || self->remote == nullptr) return done(std::move(page));
            self->remote->find_run(
                run_id, [self, run_id, after_seq, done = std::move(done)](RemoteEvents::Place place) mutable {
                    RunPage unknown;
                    unknown.unsure = !place.asked;
                    if (!place.thread_id) return done(std::move(unknown));
                    self->fetch(std::move(run_id), after_seq, false, std::move(done));
                });
        });
}

std::unique_ptr<Subscription> ThreadEventLog::State::subscribe(std::int64_t thread_id, std::function<void()> wake,
                                                               std::unique_ptr<Subscription> remote_watch) {
    const auto waker = std::make_shared<Waker>(std::move(wake));
    {
        const std::lock_guard lock(mutex);
        wakers[thread_id].push_back(waker);
    }
    auto leave = [self = shared_from_this(), thread_id, waker] {
        const std::lock_guard lock(self->mutex);
        const auto found = self->wakers.find(thread_id);
        std::erase(found->second, waker);
        if (found->second.empty()) self->wakers.erase(found);
    };
    return std::make_unique<ThreadSubscription>(waker, std::move(leave), std::move(remote_watch));
}

ThreadEventLog::ThreadEventLog(const Limits& limits, EventArchive& archive)
    : state_(std::make_shared<State>(limits, archive)) {}
ThreadEventLog::~ThreadEventLog() = default;

std::size_t ThreadEventLog::end_cut_off_runs(const Clock& clock, IdSource& ids) {
    const auto runs = state_->archive.open_runs();
    for (const auto& run : runs) {
        state_->rings.know_run(run.run_id, run.thread_id);
        append(host_restarted_event(run.run_id, run.last_seq + 1, run.project_id, run.thread_id, clock.now(), ids));
    }
    return runs.size();
}

void ThreadEventLog::set_remote(RemoteEvents* remote) {
    state_->remote = remote;
}

void ThreadEventLog::append_all(std::span<const EventPtr> events) {
    state_->append(events);
}

std::vector<EventPtr> ThreadEventLog::read(std::string_view run_id, std::uint64_t after_seq) const {
    return state_->runs.read(run_id, after_seq);
}

void ThreadEventLog::fetch(std::string run_id, std::uint64_t after_seq, std::function<void(RunPage)> done) const {
    state_->fetch(std::move(run_id), after_seq, true, std::move(done));
}

std::unique_ptr<Subscription> ThreadEventLog::subscribe(std::string_view run_id, std::function<void()> wake) {
    std::int64_t foreign_thread = 0;
    if (state_->remote != nullptr) {
        const std::lock_guard lock(state_->mutex);
        foreign_thread = state_->foreign.watch(std::string(run_id));
    }
    auto own = state_->runs.subscribe(run_id, std::move(wake));
    if (foreign_thread == 0) return own;
    auto leave = [state = state_, id = std::string(run_id)] {
        const std::lock_guard lock(state->mutex);
        state->foreign.unwatch(id);
    };
    return std::make_unique<ForeignSubscription>(std::move(own), state_->remote->watch(foreign_thread),
                                                 std::move(leave));
}

void ThreadEventLog::read_thread(std::int64_t thread_id, std::uint64_t after, std::size_t max_bytes,
                                 std::function<void(ThreadPage)> done) const {
    state_->read_thread(thread_id, after, max_bytes, false, std::move(done));
}

void ThreadEventLog::find_event(std::int64_t thread_id, std::string run_id, std::uint64_t seq,
                                std::function<void(std::optional<std::uint64_t>)> done) const {
    std::optional<std::uint64_t> position;
    {
        const std::lock_guard lock(state_->mutex);
        position = state_->rings.find(thread_id, run_id, seq);
    }
    if (position) return done(position);
    state_->archive.find_event(thread_id, std::move(run_id), seq, std::move(done));
}

std::unique_ptr<Subscription> ThreadEventLog::subscribe_thread(std::int64_t thread_id, std::function<void()> wake) {
    auto watch = state_->remote == nullptr ? nullptr : state_->remote->watch(thread_id);
    return state_->subscribe(thread_id, std::move(wake), std::move(watch));
}

ThreadPage ThreadEventLog::read_recent(std::uint64_t after, std::size_t max_events) const {
    const std::lock_guard lock(state_->mutex);
    return state_->rings.read_recent(after, max_events);
}

void ThreadEventLog::read_own(std::uint64_t after, std::size_t max_bytes,
                              std::function<void(ThreadPage)> done) const {
    constexpr std::size_t kEventsAtATime = 512;
    std::optional<ThreadPage> page;
    std::uint64_t floor = 0;
    {
        const std::lock_guard lock(state_->mutex);
        floor = state_->rings.floor();
        if (after >= state_->rings.last_own()) {
            page = ThreadPage{{}, std::max(after, state_->rings.last()), false};
        } else if (after >= floor) {
            page = state_->rings.read_recent(after, kEventsAtATime);
        }
    }
    if (!page) return state_->archive.read_own(after, floor, max_bytes, std::move(done));
    std::erase_if(page->events, [](const PlacedEvent& event) { return event.foreign; });
    done(std::move(*page));
}

std::unique_ptr<Subscription> ThreadEventLog::subscribe_all(std::function<void()> wake) {
    return state_->subscribe(State::kAllThreads, std::move(wake), nullptr);
}

std::uint64_t ThreadEventLog::last_position() const {
    const std::lock_guard lock(state_->mutex);
    return state_->rings.last();
}

MemoryEventLog::Usage ThreadEventLog::usage() const {
    return state_->runs.usage();
}

}  // namespace cedar::host::runtime
