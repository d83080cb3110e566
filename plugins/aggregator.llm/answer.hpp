#pragma once
#include <cedar/llm.hpp>

namespace aggregator {

// The response_format of the strongest mode: exactly one of the two function calls.
[[nodiscard]] cedar::Json call_format();

// What goes to the host, which verifies it: the model's text as it is, also when it is no JSON at all. Throws Error
// "abstain" when the model says that it cannot answer, "refused" when it declined, "content_filter" when the
// provider withheld the answer. Thread: any.
[[nodiscard]] cedar::Json answer_of(const cedar::LlmReply& reply);

}  // namespace aggregator
