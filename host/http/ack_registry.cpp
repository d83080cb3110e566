#include "host/http/ack_registry.hpp"

#include "host/ports/clock.hpp"
#include "host/ports/log.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace cedar::host::http {
namespace {

constexpr std::size_t kEventsAtATime = 4096;

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

void AckRegistry::catch_up() {
    const auto until = clock_.now().steady + timeout_;
    for (;;) {
        const auto page = log_.read_recent(position_, kEventsAtATime);
        position_ = page.next;
        if (page.events.empty()) return;
        for (const auto& placed : page.events) {
            Waiting waiting{{}, until, placed.event->run_id};
            if (!wants_ack(*placed.event) || !parse(placed.event->eid, waiting.eid)) continue;
            if (events_.try_emplace(waiting.eid, false).second) order_.push_back(std::move(waiting));
        }
    }
}

void AckRegistry::drop_front(std::unordered_map<std::string, std::size_t>& missed) {
    const auto found = events_.find(order_.front().eid);
    if (!found->second) {
        ++counters_.timeouts;
        ++missed[order_.front().run_id];
    }
    events_.erase(found);
    order_.pop_front();
}

bool AckRegistry::ack(std::string_view text) {
    Eid eid{};
    if (!parse(text, eid)) return false;
    expire();
    const std::lock_guard lock(mutex_);
    const auto found = events_.find(eid);
    if (found == events_.end()) return false;
    if (!std::exchange(found->second, true)) ++counters_.acked;
    return true;
}

void AckRegistry::expire() {
    std::unordered_map<std::string, std::size_t> missed;
    {
        const std::lock_guard lock(mutex_);
        catch_up();
        const auto now = clock_.now().steady;
        while (!order_.empty() && order_.front().until <= now) drop_front(missed);
        while (order_.size() > max_) {
            if (!events_[order_.front().eid]) ++counters_.forgotten;
            drop_front(missed);
        }
    }
    report(missed);
}

void AckRegistry::report(const std::unordered_map<std::string, std::size_t>& missed) {
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
