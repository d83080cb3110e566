#pragma once
#include "host/core/turn.hpp"
#include "host/store/project_database.hpp"

namespace cedar::host::store {

// Fills the JSON fields of a turn whose branch and thread are known, and the facts of the focused file. Inside the
// caller's transaction. Throws ErrorException.
void read_context(ProjectDatabase& project, const ChatRequest& request, Turn& turn);

}  // namespace cedar::host::store
