#include "host/runtime/memory_event_log.hpp"

#include "host/runtime/waker.hpp"

#include <algorithm>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace cedar::host::runtime {
namespace {

// What an event costs beyond its text, roughly.
constexpr std::size_t kEventOverhead = 256;

std::size_t cost(const Event& event) {
    return event.json.size() + kEventOverhead;
}

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

struct RunLog {
    std::deque<EventPtr> events;
    std::size_t bytes = 0;
    bool ended = false;
    Wakers wakers;
};

}  // namespace

// One mutex for all runs: every operation is short, and a wake is made after it is released.
struct MemoryEventLog::State {
    explicit State(EventLogLimits limits) : limits_(limits) {}

    void append_run(std::span<const EventPtr> events, Wakers& to_wake);
    void add(RunLog& run, const EventPtr& event);
    void trim(RunLog& run);
    void trim_all();
    void forget_front(RunLog& run);
    void end(const std::string& run_id, RunLog& run);
    void drop_oldest_ended();
    void unsubscribe(const std::string& run_id, const std::shared_ptr<Waker>& waker);

    const EventLogLimits limits_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<RunLog>, StringHash, std::equal_to<>> runs_;
    std::list<std::string> ended_;  // oldest first
    std::size_t bytes_ = 0;
    std::size_t subscriptions_ = 0;
    std::uint64_t forgotten_ = 0;
};

void MemoryEventLog::State::add(RunLog& run, const EventPtr& event) {
    run.events.push_back(event);
    run.bytes += cost(*event);
    bytes_ += cost(*event);
}

void MemoryEventLog::State::forget_front(RunLog& run) {
    const std::size_t size = cost(*run.events.front());
    run.events.pop_front();
    run.bytes -= size;
    bytes_ -= size;
    ++forgotten_;
}

// The newest event stays whatever the bounds say: it may be the terminal one.
void MemoryEventLog::State::trim(RunLog& run) {
    while (run.events.size() > 1 &&
           (run.events.size() > limits_.events_per_run || run.bytes > limits_.bytes_per_run)) {
        forget_front(run);
    }
}

void MemoryEventLog::State::drop_oldest_ended() {
    const auto found = runs_.find(ended_.front());
    ended_.pop_front();
    if (found == runs_.end()) return;
    bytes_ -= found->second->bytes;
    runs_.erase(found);
}

// The run that ended last stays: its watchers have yet to read how.
void MemoryEventLog::State::trim_all() {
    while (bytes_ > limits_.bytes && ended_.size() > 1) drop_oldest_ended();
    while (bytes_ > limits_.bytes) {
        const auto largest = std::ranges::max_element(
            runs_, {}, [](const auto& entry) { return entry.second->events.size() > 1 ? entry.second->bytes : 0; });
        if (largest == runs_.end() || largest->second->events.size() <= 1) return;
        forget_front(*largest->second);
    }
}

void MemoryEventLog::State::end(const std::string& run_id, RunLog& run) {
    if (std::exchange(run.ended, true)) return;
    ended_.push_back(run_id);
    while (ended_.size() > limits_.ended_runs) drop_oldest_ended();
}

void MemoryEventLog::State::unsubscribe(const std::string& run_id, const std::shared_ptr<Waker>& waker) {
    const std::lock_guard lock(mutex_);
    --subscriptions_;
    const auto found = runs_.find(run_id);
    if (found == runs_.end()) return;
    std::erase(found->second->wakers, waker);
    if (found->second->wakers.empty() && found->second->events.empty()) runs_.erase(found);
}

MemoryEventLog::MemoryEventLog(EventLogLimits limits) : state_(std::make_shared<State>(limits)) {}
MemoryEventLog::~MemoryEventLog() = default;

void MemoryEventLog::State::append_run(std::span<const EventPtr> events, Wakers& to_wake) {
    const std::string& run_id = events.front()->run_id;
    auto& slot = runs_[run_id];
    if (!slot) slot = std::make_shared<RunLog>();
    const auto run = slot;  // trimming may drop the map's
    for (const auto& event : events) add(*run, event);
    trim(*run);
    if (events.back()->terminal()) end(run_id, *run);
    trim_all();
    for (const auto& waker : run->wakers) {
        if (waker->claim()) to_wake.push_back(waker);
    }
}

void MemoryEventLog::append_all(std::span<const EventPtr> events) {
    if (events.empty()) return;
    Wakers to_wake;
    {
        const std::lock_guard lock(state_->mutex_);
        state_->append_run(events, to_wake);
    }
    for (const auto& waker : to_wake) waker->call();
}

void MemoryEventLog::append_mixed(std::span<const EventPtr> events) {
    Wakers to_wake;
    {
        const std::lock_guard lock(state_->mutex_);
        for (const auto& event : events) state_->append_run({&event, 1}, to_wake);
    }
    for (const auto& waker : to_wake) waker->call();
}

void MemoryEventLog::drop(std::string_view run_id) {
    const std::lock_guard lock(state_->mutex_);
    const auto found = state_->runs_.find(run_id);
    if (found == state_->runs_.end() || found->second->ended || !found->second->wakers.empty()) return;
    state_->bytes_ -= found->second->bytes;
    state_->runs_.erase(found);
}

std::uint64_t MemoryEventLog::last_seq(std::string_view run_id) const {
    const std::lock_guard lock(state_->mutex_);
    const auto found = state_->runs_.find(run_id);
    return found == state_->runs_.end() || found->second->events.empty() ? 0 : found->second->events.back()->seq;
}

std::vector<EventPtr> MemoryEventLog::read(std::string_view run_id, std::uint64_t after_seq) const {
    const std::lock_guard lock(state_->mutex_);
    const auto found = state_->runs_.find(run_id);
    if (found == state_->runs_.end()) return {};
    for (const auto& waker : found->second->wakers) waker->rearm();
    const auto& events = found->second->events;
    const auto first = std::ranges::partition_point(
        events, [after_seq](const EventPtr& event) { return event->seq <= after_seq; });
    return {first, events.end()};
}

namespace {

class LogSubscription final : public Subscription {
public:
    LogSubscription(std::shared_ptr<Waker> waker, std::function<void()> leave)
        : waker_(std::move(waker)), leave_(std::move(leave)) {}
    ~LogSubscription() override {
        leave_();
        waker_->end();
    }

private:
    std::shared_ptr<Waker> waker_;
    std::function<void()> leave_;
};

}  // namespace

std::unique_ptr<Subscription> MemoryEventLog::subscribe(std::string_view run_id, std::function<void()> wake) {
    const auto waker = std::make_shared<Waker>(std::move(wake));
    const std::string id(run_id);
    bool has_events = false;
    {
        const std::lock_guard lock(state_->mutex_);
        auto& run = state_->runs_[id];
        if (!run) run = std::make_shared<RunLog>();
        run->wakers.push_back(waker);
        ++state_->subscriptions_;
        has_events = !run->events.empty() && waker->claim();
    }
    auto subscription =
        std::make_unique<LogSubscription>(waker, [state = state_, id, waker] { state->unsubscribe(id, waker); });
    if (has_events) waker->call();
    return subscription;
}

MemoryEventLog::Usage MemoryEventLog::usage() const {
    const std::lock_guard lock(state_->mutex_);
    Usage usage;
    usage.runs = state_->runs_.size();
    for (const auto& [id, run] : state_->runs_) usage.events += run->events.size();
    usage.bytes = state_->bytes_;
    usage.subscriptions = state_->subscriptions_;
    usage.forgotten = state_->forgotten_;
    return usage;
}

}  // namespace cedar::host::runtime
