#pragma once
#include "host/core/now.hpp"

#include <string>

namespace cedar::host::store {

// "YYYY-MM-DD HH:MM:SS" in UTC, as the columns created_at have it. Thread: any.
[[nodiscard]] std::string to_timestamp(UtcTime time);
// "YYYYmmddTHHMMSSZ", as the names of stored files begin. Thread: any.
[[nodiscard]] std::string to_stamp(UtcTime time);

}  // namespace cedar::host::store
