#include "host/http/ack_registry.hpp"

#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace cedar::host::http {
namespace {

// That an unknown ack is looked for at once.
constexpr std::size_t kEventsAtATime = 256;

// The events that the original's page acknowledges.
bool wants_ack(const Event& event) {
    return event.type == EventType::action || event.type == EventType::message || event.type == EventType::prompt ||
           event.type == EventType::final;
}

}  // namespace

AckRegistry::AckRegistry(ThreadLog& log, Clock& clock, Log& lines, std::chrono::milliseconds timeout,
                         std::size_t max)
    : log_(log), clock_(clock), lines_(lines), timeout_(timeout), max_(max), position_(log.last_position()) {}

bool AckRegistry::parse(std::string_view text, Eid& eid) {
    if (text.size() != 32) return false;
    for (std::size_t half = 0; half < 2; ++half) {
        const auto* const begin = text.data() + 16 * half;
        const auto [end, error] = std::from_chars(begin, begin + 16, eid[half], 16);
        if (error != std::errc() || end != begin + 16) return false;
    }
    return true;
}

// True: there may be more.
bool AckRegistry::catch_up(std::size_t most) {
    const auto until = clock_.now().steady + timeout_;
    const auto page = log_.read_recent(position_, most);
    position_ = page.next;
    for (const auto& placed : page.events) {
        Eid eid{};
        if (!wants_ack(*placed.event) || !parse(placed.event->eid, eid)) continue;
        remember(*placed.event, eid, until);
        if (order_.size() <= max_) continue;
        if (!order_.front().acked) ++counters_.forgotten;
        drop_front();
    }
    return !page.events.empty();
}

void AckRegistry::remember(const Event& event, Eid eid, SteadyTime until) {
    auto run_id = order_.empty() ? nullptr : order_.back().run_id;
    if (!run_id || *run_id != event.run_id) run_id = std::make_shared<const std::string>(event.run_id);
    if (numbered_) numbers_.try_emplace(eid, dropped_ + order_.size());
    order_.push_back({eid, until, std::move(run_id)});
}

AckRegistry::Waiting* AckRegistry::find(const Eid& eid) {
    if (!std::exchange(numbered_, true))
        for (std::size_t i = 0; i < order_.size(); ++i) numbers_.try_emplace(order_[i].eid, dropped_ + i);
    auto found = numbers_.find(eid);
    while (found == numbers_.end() && catch_up(kEventsAtATime)) found = numbers_.find(eid);
    return found == numbers_.end() ? nullptr : &order_[found->second - dropped_];
}

void AckRegistry::drop_front() {
    const Waiting& first = order_.front();
    if (!first.acked) {
        ++counters_.timeouts;
        ++missed_[*first.run_id];
    }
    if (numbered_) numbers_.erase(first.eid);
    order_.pop_front();
    ++dropped_;
}

bool AckRegistry::ack(std::string_view text) {
    Eid eid{};
    if (!parse(text, eid)) return false;
    const std::lock_guard lock(mutex_);
    Waiting* const waiting = find(eid);
    if (waiting == nullptr || waiting->until <= clock_.now().steady) return false;
    if (!std::exchange(waiting->acked, true)) ++counters_.acked;
    return true;
}

bool AckRegistry::expire(std::size_t most) {
    Missed missed;
    bool more = false;
    {
        const std::lock_guard lock(mutex_);
        more = catch_up(most);
        const auto now = clock_.now().steady;
        std::size_t left = most;
        for (; left > 0 && !order_.empty() && order_.front().until <= now; --left) drop_front();
        more = more || left == 0;
        if (!more) missed.swap(missed_);
    }
    report(missed);
    return more;
}

void AckRegistry::report(const Missed& missed) {
    for (const auto& [run_id, count] : missed) {
        const std::string message = std::to_string(count) + " events were not acknowledged within " +
                                    std::to_string(timeout_.count()) + " ms";
        LogRecord record;
        record.level = LogLevel::info;
        record.stage = "ACK";
        record.message = message;
        record.rid = run_id;
        lines_.write(record);
    }
}

AckRegistry::Counters AckRegistry::counters() const {
    const std::lock_guard lock(mutex_);
    auto counters = counters_;
    counters.pending = order_.size();
    return counters;
}

}  // namespace cedar::host::http
