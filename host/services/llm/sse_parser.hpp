#pragma once
#include "host/core/error.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace cedar::host::services::llm {

// One server-sent event. Views are valid during the callback.
struct SseEvent {
    std::string_view name;  // "message" when the stream named none
    std::string_view data;  // lines joined by '\n'
};

// Cuts a byte stream into server-sent events, however the bytes are split: CR, LF and CRLF line ends, a byte order
// mark at the start, comments, events without data (dropped), a last event without its blank line (dropped, as the
// standard says). `id` and `retry` mean nothing to a client that does not reconnect and are ignored.
// Source: WHATWG HTML, "Server-sent events", parsing and interpreting an event stream.
// Not thread-safe.
class SseParser {
public:
    using OnEvent = std::function<void(const SseEvent&)>;

    explicit SseParser(std::size_t max_event_bytes = std::size_t{1} << 20);

    // Error limit: a line or an event above max_event_bytes; the parser takes no more after that.
    [[nodiscard]] Result<void> feed(std::string_view bytes, const OnEvent& on_event);

private:
    Result<void> take(std::string_view part);
    void end_of_line(const OnEvent& on_event);
    void field(std::string_view name, std::string_view value);
    void dispatch(const OnEvent& on_event);

    std::size_t max_event_bytes_;
    std::string line_, name_, data_;
    bool at_start_ = true, after_cr_ = false, failed_ = false;
};

}  // namespace cedar::host::services::llm
