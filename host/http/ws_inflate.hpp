#pragma once
#include "host/core/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace cedar::host::http {

// One message that was compressed by itself. Errors invalid_argument: it is broken; limit: it has more octets than
// `most`, of which no more are made than fit. Source: RFC 7692 section 7.2.2. Thread: any; one window a thread.
[[nodiscard]] Result<std::string> inflate_message(std::string_view packed, std::size_t most);

}  // namespace cedar::host::http
