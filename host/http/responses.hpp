#pragma once
#include "host/http/message.hpp"

#include <string>

namespace cedar::host::http {

// A page: no inline script or style, nothing from elsewhere, no framing; not kept by a cache.
[[nodiscard]] Response html(std::string body);
// A JSON document, not kept by a cache.
[[nodiscard]] Response json(std::string body);
[[nodiscard]] Response see_other(std::string location);

}  // namespace cedar::host::http
