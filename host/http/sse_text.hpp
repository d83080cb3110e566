#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cedar::host {
struct Event;
}

namespace cedar::host::http {

// The text of an event stream. Source: HTML Living Standard, section 9.2.

// The answer's header: the stream ends with the connection. `date` as in HTTP.
void append_sse_head(std::string& out, std::string_view date);
// One event. Each line of `data` becomes a data line, whatever ends it, so that nothing in it can end the event or
// begin a field; line breaks in `id` and `name` are left out. An empty `id` or `name` is not written.
void append_sse_event(std::string& out, std::string_view id, std::string_view name, std::string_view data);
// What is not dispatched: keeps the connection alive.
void append_sse_comment(std::string& out, std::string_view text);
void append_sse_retry(std::string& out, std::uint32_t milliseconds);
// The same to one of many readers that are sent away: they are to come back, and not all at the same moment.
void append_sse_parting(std::string& out);

// An event of a run as a reader is shown it; its id is a position that resumes: "<run_id>-<seq>".
void append_sse_event(std::string& out, const Event& event);
struct SsePosition {
    std::string run_id;  // 32 hex
    std::uint64_t seq = 0;
};
// Nothing: it is none of ours.
[[nodiscard]] std::optional<SsePosition> parse_sse_position(std::string_view id);

}  // namespace cedar::host::http
