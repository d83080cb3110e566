#pragma once
#include "host/core/selector.hpp"
#include "host/core/turn.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host {

// What a component of role `selector` is given and what it may answer, as host/README.md describes both.
// Private to core.

// The input. `suggested`: what the built-in selection would ask, required ones included. Components that do not
// fit into `max_bytes` are left out from the end and counted in `omitted`.
[[nodiscard]] std::string selection_body(const ChatRequest& request, const Turn& turn, std::int64_t project_id,
                                         const Selector& selector, std::span<const Candidate> suggested,
                                         std::size_t max_bytes);

// The candidates that the answer names, in its order, each once, then the required ones that it does not name.
// `chooser`: the selector's id, with which the reasons begin. An id that is unknown, no component's, named twice,
// or one too many is Error invalid_argument (not_found, limit) that names the place.
[[nodiscard]] Result<std::vector<Candidate>> verify_selection(std::string_view answer, const Selector& selector,
                                                              std::span<const std::string> required,
                                                              std::string_view chooser);

}  // namespace cedar::host
