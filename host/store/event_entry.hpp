#pragma once
#include "host/ports/thread_log.hpp"

#include <string>
#include <string_view>

namespace cedar::host::store {

// An event as it lies in the journal. Writes over `out`, a buffer that is used again.
void write_entry(const PlacedEvent& event, std::string& out);
// No event in it: the entry is of no host of this kind.
[[nodiscard]] PlacedEvent read_entry(std::string_view entry);

}  // namespace cedar::host::store
