#pragma once
#include "host/core/event.hpp"

#include <string>

namespace cedar::host::app {

// The last event of a run for people: a final's text, followed by who made it and how complete it is; an error's
// reason. Thread: any.
[[nodiscard]] std::string answer_text(const Event& event);

}  // namespace cedar::host::app
