#pragma once
#include <string>
#include <string_view>

namespace cedar::host::http {

// What a client's WebSocket handshake asks for, of one that check_handshake() has let pass.
struct Handshake {
    std::string key;         // Sec-WebSocket-Key
    std::string extensions;  // Sec-WebSocket-Extensions; empty: none
};

// Sec-WebSocket-Accept. Source: RFC 6455 section 4.2.2.
[[nodiscard]] std::string accept_of(std::string_view key);

// What to answer of the offered extensions: permessage-deflate without a window that outlives a message, on either
// side, so that an idle socket costs what it costs without; the first offer that can be met. Empty: none.
// Source: RFC 7692 section 7.1.
[[nodiscard]] std::string deflate_answer(std::string_view offered);

// The whole answer that opens the socket; `extensions` empty: none.
[[nodiscard]] std::string switching_protocols(std::string_view key, std::string_view extensions);

}  // namespace cedar::host::http
