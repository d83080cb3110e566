#pragma once
#include "host/http/peers.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cedar::host::http {

// Every bound of the server. Times count on the steady clock; a connection that passes one is answered where
// that is still possible (408, 413, 431, close code 1008 or 1009) and closed.
struct Limits {
    std::chrono::milliseconds header_time{10000};      // whole header: from accept, later from its first octet
    std::chrono::milliseconds body_time{30000};        // whole body: from the end of the header
    std::chrono::milliseconds idle_time{60000};        // between two requests of a kept connection
    std::chrono::milliseconds write_time{10000};       // a write without progress
    std::chrono::milliseconds store_time{5000};        // for the store to answer; then 503
    std::chrono::milliseconds ws_idle_time{30000};     // silence of a WebSocket peer; it is pinged after half of it
    std::chrono::milliseconds ws_message_time{30000};  // whole message or control frame, from its first octet
    std::chrono::milliseconds sse_comment_time{20000};  // a comment to each event stream, so that both ends know
    std::chrono::milliseconds sse_retry_time{2000};     // what a reader is told to wait before it comes back
    std::chrono::milliseconds sse_silent_time{30000};  // that a reader's system may acknowledge nothing of a stream
    std::chrono::milliseconds ack_time{10000};         // for an event to be acknowledged; then it is counted
    std::chrono::milliseconds login_time{7 * 24 * 3600 * 1000};  // that a browser stays logged in
    std::chrono::milliseconds stop_time{5000};                   // from stop() until what is still open is cut

    std::size_t header_bytes = 16 * 1024;
    std::size_t body_bytes = 64 * 1024;
    std::size_t write_bytes = 16 * 1024;  // of a response, that count as progress
    std::size_t connections = 1024;       // beyond: 503 with Retry-After
    PeerLimits peer;                      // beyond: 503, and 429 for requests
    std::size_t ws_message_bytes = 1024 * 1024;
    std::size_t ws_fragments = 1024;           // frames of one message
    std::size_t ws_pings = 100;                // pings and pongs in ten seconds
    std::size_t ws_messages_at_once = 200;     // of one socket; beyond: an error event, close code 1008
    std::size_t ws_messages_per_second = 100;  // in the long run; 0: no limit
    std::size_t ws_runs = 64;                  // runs watched by one socket at once
    std::size_t ws_queue_bytes = 256 * 1024;   // waiting for a reader; more is left in the event log
    std::size_t ws_deflate_bytes = 0;  // messages from this size on are compressed where it is offered; 0: none
    std::size_t sse_queue_bytes = 1024 * 1024;  // that a reader may be behind; then it is cut and may resume
    std::size_t acks = 65536;                   // events that wait to be acknowledged; the oldest are forgotten
};

struct ServerOptions {
    std::string address = "127.0.0.1";  // IPv4 or IPv6 address, or "localhost"
    std::uint16_t port = 0;             // 0: any free one
    // Values of the Host header to accept, "name" or "name:port", besides the bound address and the loopback names
    // with the bound port. Where the address is not a loopback one, any IP address is accepted as well.
    std::vector<std::string> hosts;
    // PEM files of the certificate chain and its key: both, or neither for plain HTTP.
    std::string tls_certificate, tls_key;
    std::string token;  // whoever does not know it is refused; empty: everybody may
    Limits limits;
};

}  // namespace cedar::host::http
