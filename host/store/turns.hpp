#pragma once
#include "host/core/turn.hpp"
#include "host/store/project_database.hpp"

#include <functional>
#include <string>

namespace cedar::host::store {

// Finds or makes the thread, stores the user's message and reads the context, all in one transaction. A branch,
// thread or file that is not of this project counts as not given, as in the original. `new_thread_id` gives an id
// that is unique across projects. Throws ErrorException.
[[nodiscard]] Turn open_turn(ProjectDatabase& project, const TurnRequest& request, const std::string& now,
                             const std::function<std::int64_t()>& new_thread_id);

// Stores how a run ended, in one transaction: the prepared prompt and the components' results as messages that
// later histories leave out, then the answer (titled Final, its payload the function call, with changelog entry
// chat.final) or the error (titled Error). Throws ErrorException: not_found when the thread is gone.
void close_turn(ProjectDatabase& project, const TurnOutcome& outcome, const std::string& now);

// Messages that are kept for people and not shown to a model again. Source: the original's stub of a prepared
// prompt, which filled its histories with noise.
inline constexpr const char* kPromptContent = "Prepared LLM prompt";
inline constexpr const char* kPromptTitle = "Assistant";
inline constexpr const char* kResultsContent = "Component results";
inline constexpr const char* kResultsTitle = "Components";

}  // namespace cedar::host::store
