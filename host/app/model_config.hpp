#pragma once
#include "host/app/config.hpp"
#include "host/services/llm/options.hpp"

#include <string>
#include <vector>

namespace cedar::host::app {

// Whether the keys of the model fit each other and are what they should be: the URL, the prices, the capabilities.
// Error invalid_argument: one sentence. Thread: any.
[[nodiscard]] Result<void> check_model(const Config& config);

// What the model service is told of a checked configuration. Thread: any.
[[nodiscard]] services::llm::LlmOptions llm_options(const Config& config);

// What a person does about a key that is not there; empty when there is one, or none is needed. Thread: any.
[[nodiscard]] std::string missing_key_advice(const Config& config);

}  // namespace cedar::host::app
