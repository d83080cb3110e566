#pragma once
#include "host/core/error.hpp"
#include "host/core/json.hpp"
#include "host/services/prompt_template.hpp"

namespace cedar::host::services {

inline constexpr std::size_t kTagVisitsMax = 200'000;  // tags of a template times the items they are filled in for

// Whether the values fit the template: every input that must be there is there and not null, every variable is
// found where it is printed. `values` is an object. Error invalid_argument "<file>:<line>: …" or limit. Thread:
// any.
[[nodiscard]] Result<void> check_values(const PromptTemplate& prompt, const JsonValue& values);

}  // namespace cedar::host::services
