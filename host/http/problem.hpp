#pragma once
#include "host/core/error.hpp"
#include "host/http/message.hpp"

#include <string>
#include <string_view>

namespace cedar::host::http {

// The status line's number for a kind of failure. The one table of its kind.
[[nodiscard]] unsigned http_status(ErrorCode code);
// The status's phrase, such as "Not Found".
[[nodiscard]] std::string_view reason_phrase(unsigned status);

// A problem document: {"type":"about:blank","title":<phrase>,"status","detail"}. `detail` says what was expected
// and what came; no internals. Source: RFC 9457.
[[nodiscard]] Response problem(unsigned status, std::string_view detail);
[[nodiscard]] Response problem(const Error& error);
// The same, and the connection ends with it: what follows on it cannot be trusted.
[[nodiscard]] Response fatal_problem(unsigned status, std::string_view detail);

// `text` between quotes, cut after 80 octets, for a message that says what came.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace cedar::host::http
