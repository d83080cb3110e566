#pragma once
#include "host/core/error.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::llm_stub {

enum class Fault {
    none,
    close,     // closes before a byte is sent
    reset,     // the same with a TCP reset
    hang,      // never answers
    stall,     // head and half of the body, then nothing
    truncate,  // head with the full length, half of the body, then closes
};

// How a request is answered.
struct Reply {
    int status = 200;
    std::optional<std::string> text;  // made into a completion, or a stream when the request asked for one
    std::string body;                 // sent as it is when there is no text
    std::string content_type = "application/json";
    std::map<std::string, std::string> headers;
    std::chrono::milliseconds delay{0};      // before the first byte
    std::size_t chunk_chars = 0;             // a stream's pieces; 0: 8
    std::chrono::milliseconds chunk_gap{0};  // between pieces, or between dripped bytes
    std::size_t drip_bytes = 0;              // sends a body that is not streamed in pieces of so many bytes
    Fault fault = Fault::none;
    bool latin1 = false;   // each code point of `body` is one byte: any bytes can be said
    bool endless = false;  // a stream that repeats its pieces and never ends
};

struct Rule {
    std::string contains;   // the request's body has this text; empty: any
    std::size_t times = 0;  // how often it is used; 0: always
    Reply reply;
};

// Rules in order; the first that fits and is not used up answers.
class Script {
public:
    // {"rules": [{"contains"?, "times"?, "reply": {"status"?, "text"?, "body"?, "content_type"?, "headers"?,
    //  "delay_ms"?, "chunk_chars"?, "chunk_gap_ms"?, "drip_bytes"?, "fault"?, "latin1"?,
    //  "endless"?}}]}
    // Error invalid_argument names the rule and the field.
    [[nodiscard]] static host::Result<Script> parse(std::string_view json);

    // The answer to a request with this body; without a fitting rule: status 500 and a body that says so.
    [[nodiscard]] Reply reply_to(std::string_view body);

private:
    std::vector<Rule> rules_;
    std::vector<std::size_t> used_;
};

}  // namespace cedar::llm_stub
