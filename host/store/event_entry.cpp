#include "host/store/event_entry.hpp"

#include "host/core/event_text.hpp"

#include <cstring>
#include <utility>

namespace cedar::host::store {
namespace {

// Before the JSON. The file never leaves its machine.
struct EntryHead {
    std::uint64_t position;
    std::int64_t thread_id;
    std::uint64_t foreign;
};

}  // namespace

void write_entry(const PlacedEvent& event, std::string& out) {
    const EntryHead head{event.position, event.thread_id, event.foreign ? 1U : 0U};
    out.assign(reinterpret_cast<const char*>(&head), sizeof head);
    out += event.event->json;
}

PlacedEvent read_entry(std::string_view entry) {
    EntryHead head{};
    if (entry.size() < sizeof head) return {};
    std::memcpy(&head, entry.data(), sizeof head);
    return {head.position, head.thread_id, read_event(std::string(entry.substr(sizeof head))), head.foreign != 0};
}

std::vector<PlacedEvent> read_entries(const std::vector<std::string>& entries) {
    std::vector<PlacedEvent> events;
    for (const auto& entry : entries) {
        auto placed = read_entry(entry);
        if (placed.event) events.push_back(std::move(placed));
    }
    return events;
}

}  // namespace cedar::host::store
