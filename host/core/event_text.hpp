#pragma once
#include "host/core/event.hpp"
#include "host/core/now.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cedar::host {

class IdSource;

// What tells one event from all others, as its JSON says it.
struct EventName {
    std::string_view run_id;  // in the JSON
    std::uint64_t seq = 0;
};
// Nothing: read_event() would return null. Needs no memory. Thread: any.
[[nodiscard]] std::optional<EventName> read_event_name(std::string_view json);

// The event of which this is the JSON; null when it does not begin with the envelope that every event of a host
// has (type, eid, run_id, seq, t, project_id, thread_id, in this order), or has a line break. What follows the
// envelope is not read: it is for text that this host wrote itself. Thread: any.
[[nodiscard]] EventPtr read_event(std::string json);

// The same of text that anybody may have written: null also when any of it is not well-formed JSON in UTF-8, since
// whoever is sent such text closes the connection. Thread: any.
[[nodiscard]] EventPtr read_foreign_event(std::string json);

// The terminal event of a run whose host ended before it did: `error`, code `host_restarted`. Thread: any.
[[nodiscard]] EventPtr host_restarted_event(const std::string& run_id, std::uint64_t seq, std::int64_t project_id,
                                            std::int64_t thread_id, Now now, IdSource& ids);

}  // namespace cedar::host
