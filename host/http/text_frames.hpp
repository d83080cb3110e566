#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace cedar::host::http {

// Text frames as one peer takes them: compressed from a size on, where it offered permessage-deflate. Each message
// is compressed by itself, so a connection keeps no window. Source: RFC 7692 section 7.2.1. Thread: any.
class TextFrames {
public:
    TextFrames() = default;  // none is compressed
    // `accepted`: the Sec-WebSocket-Extensions that the server answered with. `from_bytes` 0: none is compressed.
    TextFrames(std::string_view accepted, std::size_t from_bytes);

    [[nodiscard]] bool deflates() const { return from_bytes_ > 0; }
    void append(std::string& out, std::string_view text) const;

private:
    std::size_t from_bytes_ = 0;
    int window_bits_ = 15;
};

}  // namespace cedar::host::http
