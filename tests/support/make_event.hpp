#pragma once
#include "host/core/event_writer.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cedar::host {

// 32 hex digits that begin with `name`, which is made of hex digits: "a" is run a.
inline std::string run_named(const std::string& name) {
    return name + std::string(32 - name.size(), '0');
}

// An event as core writes it: info, or the terminal error. `text` becomes its stage or detail.
inline EventPtr make_event(const std::string& run, std::uint64_t seq, std::int64_t thread_id, bool terminal = false,
                           const std::string& text = "planning") {
    const auto run_id = run_named(run), eid = run_named("e" + std::to_string(seq));
    EventWriter writer({terminal ? EventType::error : EventType::info, seq, run_id, eid,
                        "2026-01-02T03:04:05.000006Z", 1, thread_id});
    if (!terminal) return writer.text("stage", text).finish();
    return writer.text("error", "x").text("code", "cancelled").text("detail", text).finish();
}

inline std::vector<std::uint64_t> seqs_of(const std::vector<EventPtr>& events) {
    std::vector<std::uint64_t> out;
    for (const auto& event : events) out.push_back(event->seq);
    return out;
}

}  // namespace cedar::host
