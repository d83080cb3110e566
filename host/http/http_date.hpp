#pragma once
#include "host/core/now.hpp"

#include <string>

namespace cedar::host::http {

// "Fri, 02 Jan 2026 03:04:05 GMT", in English whatever the locale. Source: RFC 9110 section 5.6.7.
[[nodiscard]] std::string http_date(UtcTime time);

}  // namespace cedar::host::http
