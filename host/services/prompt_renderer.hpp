#pragma once
#include "host/core/chat_request.hpp"
#include "host/core/json.hpp"
#include "host/services/prompt_template.hpp"

#include <vector>

namespace cedar::host::services {

inline constexpr std::size_t kRenderedMax = 8 * 1024 * 1024;  // bytes of all messages together

// Fills the values in. Errors of check_values(), and: limit, when the messages become too large; invalid_argument,
// when a list or a boolean is both printed and opened as a section. Values are never expanded again. Thread: any.
[[nodiscard]] Result<std::vector<PromptMessage>> render_prompt(const PromptTemplate& prompt,
                                                               const JsonValue& values);

}  // namespace cedar::host::services
