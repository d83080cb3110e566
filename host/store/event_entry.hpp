#pragma once
#include "host/ports/thread_log.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::store {

// An event as it lies in the journal. Writes over `out`, a buffer that is used again.
void write_entry(const PlacedEvent& event, std::string& out);
// No event in it: the entry is of no host of this kind.
[[nodiscard]] PlacedEvent read_entry(std::string_view entry);

// Those that are whole, in their order.
[[nodiscard]] std::vector<PlacedEvent> read_entries(const std::vector<std::string>& entries);

}  // namespace cedar::host::store
