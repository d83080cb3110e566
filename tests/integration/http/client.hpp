#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cedar::host::http {

struct Answer {
    unsigned status = 0;
    std::map<std::string, std::string> fields;  // names in lower case
    std::string body;
};

struct Frame {
    std::uint8_t opcode = 0;
    bool fin = true, compressed = false;
    std::string payload;
    [[nodiscard]] unsigned close_code() const;  // of a close frame; 0 if it has none
};

// A client on a raw socket, free to break every rule. Each wait ends after ten seconds at the latest: a test that
// waits longer fails by a missing answer.
class Client {
public:
    // From 127.0.0.<from>: another number is another client to the server.
    explicit Client(std::uint16_t port, int receive_buffer = 0, int from = 1);
    // Over TLS, whoever the server says it is.
    static constexpr struct Tls {
    } tls{};
    Client(Tls, std::uint16_t port);
    // The fingerprint of the certificate that the server showed.
    [[nodiscard]] std::string certificate() const;
    ~Client();
    [[nodiscard]] static bool can_connect(std::uint16_t port);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    bool send(std::string_view octets);
    // True as soon as an octet or the end of the connection is there to be read; false after `time`. Reads nothing.
    [[nodiscard]] bool hears_within(std::chrono::milliseconds time) const;
    // One response; nothing when the connection ended first. `head`: it has no body whatever its length says.
    std::optional<Answer> answer(bool head = false);
    // Some octets of a body without a length; empty: it has ended.
    std::string some();
    // Takes one octet from the system, without waiting; false once the connection has ended.
    [[nodiscard]] bool take_octet() const;
    // Whether the peer closes (or resets) the connection without another octet.
    bool closed();
    void shut();  // closes this side at once

    // A whole request with Host and Connection headers and, if not empty, a form body.
    std::optional<Answer> ask(const std::string& method, const std::string& target, const std::string& form = {},
                              const std::string& fields = {});

    // WebSocket.
    std::optional<Answer> upgrade(const std::string& target, const std::string& fields = {});
    bool open(const std::string& target);  // upgrade answered 101
    bool text(std::string_view message);
    bool frame(std::uint8_t first_octet, std::string_view payload, bool masked = true);
    // The next frame but pings; nothing when the connection ended.
    std::optional<Frame> next();
    // The payload of the next text frame, which has to be an event by the schema, or "".
    std::string next_text();
    // Reads until a close frame and answers it: its code; 0 when the connection ended without one.
    unsigned close_code();

private:
    bool fill();
    std::optional<std::string> take(std::size_t octets);

    struct Secure;
    std::uint16_t port_;
    int socket_ = -1;
    std::unique_ptr<Secure> secure_;
    std::string received_;
};

}  // namespace cedar::host::http
