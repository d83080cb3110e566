#pragma once
#include "host/core/error.hpp"
#include "host/http/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cedar::host::http {

// The head of a request as the parser read it, before anything is believed.
struct RequestHead {
    unsigned version = 11;  // 10 * major + minor
    std::string_view target;
    const std::vector<std::pair<std::string, std::string>>* fields = nullptr;
};

// What the parser lets through and an edge must not: another HTTP version than 1.0 or 1.1; no Host or several;
// Transfer-Encoding in HTTP/1.0, beside Content-Length or other than one "chunked"; Content-Length twice; an
// expectation other than 100-continue. The answer to such a request ends its connection, because where
// the next one begins cannot be known. Source: RFC 9112 sections 3.2, 6.1 and 6.3; RFC 9110 section 10.1.1.
[[nodiscard]] std::optional<Response> check_head(const RequestHead& head);

// Whether the head asks for an upgrade to WebSocket. Another upgrade is ignored, as RFC 9110 section 7.8 allows.
[[nodiscard]] bool asks_for_websocket(const RequestHead& head);
// What is wrong with a WebSocket handshake: HTTP/1.0, a version other than 13 (426), a key that does not decode to
// 16 octets. Source: RFC 6455 section 4.2.1.
[[nodiscard]] std::optional<Response> check_handshake(const RequestHead& head);

struct Target {
    std::string authority;  // of the absolute form, else empty
    std::string path;       // decoded, begins with '/'
    std::string query;      // not decoded
};

// Origin form or absolute form. Error invalid_argument: anything else; an escape that is broken or hides
// a control character, '/' or '\'; a path with an empty, "." or ".." segment. Source: RFC 9112 section 3.2.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

}  // namespace cedar::host::http
