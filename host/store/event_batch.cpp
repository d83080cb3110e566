#include "host/store/event_batch.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

namespace cedar::host::store {
namespace {

constexpr std::size_t kBatchBytes = 64 * 1024;

}  // namespace

bool EventBatch::takes(const PlacedEvent& next) const {
    return first != nullptr && last->event->run_id == next.event->run_id && last->thread_id == next.thread_id &&
           last->foreign == next.foreign && last->event->seq + 1 == next.event->seq && lines.size() < kBatchBytes &&
           (next.foreign || last->position + 1 == next.position);
}

void EventBatch::add(const PlacedEvent& next) {
    if (first == nullptr) {
        first = &next;
    } else {
        const auto step = next.position - last->position;
        if (step != 1 && steps.empty()) {  // those before were 1
            const auto before = next.event->seq - first->event->seq - 1;
            for (std::uint64_t i = 0; i < before; ++i) steps += "1 ";
        }
        if (step != 1 || !steps.empty()) steps += std::to_string(step) + ' ';
        lines += '\n';
    }
    last = &next;
    lines += next.event->json;
}

std::vector<EventBatch> batches_of(std::span<const PlacedEvent> events, std::uint64_t after) {
    std::vector<EventBatch> closed;
    const auto close = [&](EventBatch& open) {
        if (open.first != nullptr) closed.push_back(std::exchange(open, {}));
    };
    EventBatch own;
    std::unordered_map<std::int64_t, EventBatch> foreign;  // by thread, whose rows do not overlap
    for (const auto& event : events) {
        if (event.position <= after) continue;
        auto& others = foreign[event.thread_id];
        auto& open = event.foreign ? others : own;
        if (!event.foreign) close(others);
        if (!open.takes(event)) close(open);
        open.add(event);
    }
    close(own);
    for (auto& [thread_id, open] : foreign) close(open);
    std::ranges::sort(closed, {}, [](const EventBatch& batch) { return batch.first->position; });
    return closed;
}

void EventSteps::go_on() {
    std::uint64_t step = 1;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), step);
    position_ += error == std::errc() ? step : 1;
    rest_.remove_prefix(std::min(rest_.size(), static_cast<std::size_t>(end - rest_.data()) + 1));
}

}  // namespace cedar::host::store
