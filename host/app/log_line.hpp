#pragma once
#include "host/core/now.hpp"
#include "host/ports/log.hpp"

#include <string>
#include <string_view>

namespace cedar::host::app {

std::string_view to_string(LogLevel level);

// One line without its end, for people:
//   2026-01-31T12:00:00.000001Z INFO EID=… RID=… PID=1 UID=… COMP=… STAGE=DISPATCH status=ok duration_ms=3 the
//   message
// Empty fields are left out. A value with anything but plain printable characters is quoted and escaped as in
// JSON, so that nobody's text can forge a line. Thread: any.
[[nodiscard]] std::string format_text(const LogRecord& record, UtcTime time);

// The same as one JSON object: {"t","level","eid","rid","pid","uid","comp","stage","message", …fields}. Thread:
// any.
[[nodiscard]] std::string format_json(const LogRecord& record, UtcTime time);

}  // namespace cedar::host::app
