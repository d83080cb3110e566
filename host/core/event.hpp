#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cedar::host {

enum class EventType { ack, info, action, message, prompt, debug, token, progress, final, error };
std::string_view to_string(EventType type);

// One thing that happened in a run: numbered, complete, serialised once for all its readers. Immutable.
struct Event {
    EventType type = EventType::info;
    std::uint64_t seq = 0;  // from 1, no gaps, per run
    std::string run_id;     // 32 hex (W3C trace id)
    std::string eid;        // 32 hex, fresh per event
    std::int64_t project_id = 0;
    std::int64_t thread_id = 0;  // 0: no thread yet
    std::string json;            // the whole event as it goes on the wire

    [[nodiscard]] bool terminal() const { return type == EventType::final || type == EventType::error; }
};

using EventPtr = std::shared_ptr<const Event>;

}  // namespace cedar::host
