#pragma once
#include "host/http/message.hpp"

namespace cedar::host::http {

// POST /api/test/tool {"function", "args"?, "project_id"?, "branch_id"?}: runs one tool, for tests. 403 unless
// `open` (test mode; the server listens on loopback only); 400 for a body that is not such an object or a function
// that this host has no tool for. This host has no tools yet, so every function is such a one.
[[nodiscard]] Response test_tool_response(const Request& request, bool open);

}  // namespace cedar::host::http
