#pragma once
#include "host/ports/service.hpp"

#include <memory>
#include <string>

namespace cedar::host::services::llm {

// "llm.chat" in test mode: the same request, checked alike, answered by rule, without key, network or clock. Where
// the call says what the answer must look like (a schema, tools) the answer is the smallest that does; else it is
// the function call `final` with the text "Test mode", as the original's stub had it. No tokens are counted.
// Replies before call() returns. Thread: any.
[[nodiscard]] std::shared_ptr<Service> make_test_mode_chat();

// The smallest JSON that a schema accepts, as far as its keywords type, enum, const, properties, required, items,
// minItems, minimum, minLength and anyOf tell; "null" for what is no schema. Strings say "test-mode"; the members
// text and title "Test mode" and "Test". Nested deeper than 32: null.
[[nodiscard]] std::string smallest_instance(const std::string& schema_json);

}  // namespace cedar::host::services::llm
