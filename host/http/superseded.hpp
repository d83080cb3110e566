#pragma once
#include "host/core/event.hpp"

#include <span>
#include <vector>

namespace cedar::host::http {

// Which of these consecutive events of one run say nothing that a later one of them does not: a `progress` before
// the same component's next one or its result, and any `progress` or `token` before the terminal event, which has
// the whole text. All others are false, the terminal event first of all. Thread: any.
[[nodiscard]] std::vector<bool> superseded(std::span<const EventPtr> events);

}  // namespace cedar::host::http
