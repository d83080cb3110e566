#pragma once
#include "host/ports/store.hpp"
#include "host/store/project_database.hpp"

#include <cstdint>
#include <vector>

namespace cedar::host::store {

inline constexpr std::uint32_t kSearchLimitMax = 200;

// Passages of the project that hold any of the query's words, by BM25 (FTS5's, k1 = 1.2, b = 0.75); equal scores in
// the order of storing. A word that the index cannot tell apart ("C++") adds its own share for the passages whose
// text has it. Throws ErrorException: invalid_argument for a limit outside 1 to 200.
[[nodiscard]] std::vector<Passage> search_passages(ProjectDatabase& project, const SearchQuery& query);

}  // namespace cedar::host::store
