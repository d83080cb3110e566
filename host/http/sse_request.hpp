#pragma once
#include "host/core/error.hpp"
#include "host/http/message.hpp"
#include "host/http/sse_text.hpp"

#include <cstdint>
#include <optional>

namespace cedar::host::http {

// What GET /sse/{thread_id} asks for.
struct StreamRequest {
    std::int64_t thread_id = 0;
    std::optional<SsePosition> after;  // none: from the start
    bool unknown = false;              // a position was given, and it is none of ours
};

// The position is in the header Last-Event-ID, or else in the query as Last-Event-ID, lastEventId or
// last_event_id. Error invalid_argument: control characters in it, a broken query; not_found: no thread id.
[[nodiscard]] Result<StreamRequest> parse_stream_request(const Request& request);

}  // namespace cedar::host::http
