#include "host/runtime/thread_rings.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::runtime {
namespace {

constexpr std::size_t kOverhead = 128;

auto first_after(const std::deque<PlacedEvent>& events, std::uint64_t position) {
    return std::ranges::partition_point(
        events, [position](const PlacedEvent& event) { return event.position <= position; });
}

}  // namespace

std::vector<PlacedEvent> ThreadRings::place(std::span<const EventPtr> events) {
    std::vector<PlacedEvent> placed;
    placed.reserve(events.size());
    auto& run = runs_[events.front()->run_id];
    for (const auto& event : events) {
        if (run.thread_id == 0) run.thread_id = event->thread_id;
        if (run.thread_id == 0) {
            run.early.push_back(event);
        } else {
            for (auto& early : std::exchange(run.early, {}))
                placed.push_back({++last_, run.thread_id, early, false});
        }
        placed.push_back({++last_, run.thread_id, event, false});
    }
    last_own_ = last_;
    if (events.back()->terminal()) runs_.erase(events.back()->run_id);
    return placed;
}

void ThreadRings::push(std::span<const PlacedEvent> events) {
    for (const auto& event : events) {
        if (event.thread_id == 0) continue;
        recent_.push_back(event);
        threads_[event.thread_id].push_back(event);
        bytes_ += event.event->json.size() + kOverhead;
    }
    while (recent_.size() > limits_.events || (bytes_ > limits_.bytes && recent_.size() > 1)) {
        const auto& oldest = recent_.front();
        floor_ = oldest.position;
        bytes_ -= oldest.event->json.size() + kOverhead;
        const auto thread = threads_.find(oldest.thread_id);  // whose oldest it is as well
        thread->second.pop_front();
        if (thread->second.empty()) threads_.erase(thread);
        recent_.pop_front();
    }
}

ThreadPage ThreadRings::read(std::int64_t thread_id, std::uint64_t after, std::size_t max_bytes) const {
    ThreadPage page;
    page.next = after;
    page.all = true;
    const auto thread = threads_.find(thread_id);
    if (thread == threads_.end()) return page;
    std::size_t bytes = 0;
    auto at = first_after(thread->second, after);
    for (; at != thread->second.end() && bytes < max_bytes; ++at) {
        bytes += at->event->json.size();
        page.events.push_back(*at);
        page.next = at->position;
    }
    page.all = at == thread->second.end();
    return page;
}

ThreadPage ThreadRings::read_recent(std::uint64_t after, std::size_t max_events) const {
    ThreadPage page;
    page.gap = after < floor_;
    page.next = std::max(after, floor_);
    const auto first = first_after(recent_, after);
    const auto count = std::min(max_events, static_cast<std::size_t>(recent_.end() - first));
    page.events.assign(first, first + static_cast<std::ptrdiff_t>(count));
    if (count > 0) page.next = page.events.back().position;
    return page;
}

std::optional<std::uint64_t> ThreadRings::find(std::int64_t thread_id, std::string_view run_id,
                                               std::uint64_t seq) const {
    const auto thread = threads_.find(thread_id);
    if (thread == threads_.end()) return std::nullopt;
    const auto found = std::find_if(thread->second.rbegin(), thread->second.rend(), [&](const PlacedEvent& placed) {
        return placed.event->seq == seq && placed.event->run_id == run_id;
    });
    return found == thread->second.rend() ? std::nullopt : std::optional(found->position);
}

}  // namespace cedar::host::runtime
