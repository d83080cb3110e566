#include "client.hpp"

#include "tests/support/event_schema.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace cedar::host::http {
namespace {

constexpr int patience_ms = 10000;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

Answer parse_head(const std::string& head) {
    Answer answer;
    answer.status = static_cast<unsigned>(std::stoul(head.substr(9, 3)));
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
        const auto end = head.find("\r\n", at);
        const auto line = head.substr(at, end - at);
        const auto colon = line.find(": ");
        if (colon != std::string::npos) answer.fields[lower(line.substr(0, colon))] = line.substr(colon + 2);
        at = end == std::string::npos ? head.size() : end + 2;
    }
    return answer;
}

}  // namespace

unsigned Frame::close_code() const {
    if (payload.size() < 2) return 0;
    return static_cast<unsigned>(static_cast<unsigned char>(payload[0]) << 8 |
                                 static_cast<unsigned char>(payload[1]));
}

Client::Client(std::uint16_t port, int receive_buffer, int from)
    : port_(port), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + static_cast<in_addr_t>(from));
    const auto* plain = static_cast<const sockaddr*>(static_cast<const void*>(&address));
    if (from != 1 && ::bind(socket_, plain, sizeof address) != 0) throw std::runtime_error("cannot bind");
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, plain, sizeof address) != 0) throw std::runtime_error("cannot connect");
}

// Sockets block, so a step of OpenSSL is done when it returns.
struct Client::Secure {
    explicit Secure(int socket) : context(SSL_CTX_new(TLS_client_method())), ssl(SSL_new(context)) {
        SSL_set_fd(ssl, socket);
    }
    ~Secure() {
        SSL_free(ssl);
        SSL_CTX_free(context);
    }
    Secure(const Secure&) = delete;
    Secure& operator=(const Secure&) = delete;
    SSL_CTX* context;
    SSL* ssl;
};

Client::Client(Tls /*tag*/, std::uint16_t port) : Client(port) {
    secure_ = std::make_unique<Secure>(socket_);
    if (SSL_connect(secure_->ssl) != 1) throw std::runtime_error("no TLS handshake");
}

std::string Client::certificate() const {
    const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(secure_->ssl), &X509_free);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (X509_digest(shown.get(), EVP_sha256(), digest.data(), &size) != 1) return {};
    return {digest.begin(), digest.begin() + size};
}

Client::~Client() {
    shut();
}

bool Client::can_connect(std::uint16_t port) {
    try {
        const Client client(port);
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

void Client::shut() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

bool Client::send(std::string_view octets) {
    while (!octets.empty()) {
        const auto sent = secure_ ? SSL_write(secure_->ssl, octets.data(), static_cast<int>(octets.size()))
                                  : ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool Client::hears_within(std::chrono::milliseconds time) const {
    pollfd wait{socket_, POLLIN, 0};
    return ::poll(&wait, 1, static_cast<int>(time.count())) == 1;
}

bool Client::fill() {
    pollfd wait{socket_, POLLIN, 0};
    const bool held = secure_ && SSL_pending(secure_->ssl) > 0;
    if (!held && ::poll(&wait, 1, patience_ms) != 1) return false;
    std::array<char, 65536> buffer;
    const auto got = secure_ ? SSL_read(secure_->ssl, buffer.data(), static_cast<int>(buffer.size()))
                             : ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    received_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
}

std::optional<std::string> Client::take(std::size_t octets) {
    while (received_.size() < octets)
        if (!fill()) return std::nullopt;
    auto out = received_.substr(0, octets);
    received_.erase(0, octets);
    return out;
}

std::optional<Answer> Client::answer(bool head) {
    std::size_t end = std::string::npos;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
        if (!fill()) return std::nullopt;
    auto answer = parse_head(*take(end + 4));
    const auto length = answer.fields.find("content-length");
    if (head || length == answer.fields.end()) return answer;
    auto body = take(std::stoul(length->second));
    if (!body) return std::nullopt;
    answer.body = std::move(*body);
    return answer;
}

std::string Client::some() {
    if (received_.empty() && !fill()) return {};
    return std::exchange(received_, {});
}

bool Client::take_octet() const {
    char octet = 0;
    const auto got = ::recv(socket_, &octet, 1, MSG_DONTWAIT);
    return got > 0 || (got < 0 && errno == EAGAIN);
}

bool Client::closed() {
    if (!received_.empty()) return false;
    if (secure_) return !fill();
    pollfd wait{socket_, POLLIN, 0};
    if (::poll(&wait, 1, patience_ms) != 1) return false;
    char octet = 0;
    return ::recv(socket_, &octet, 1, 0) <= 0;
}

std::optional<Answer> Client::ask(const std::string& method, const std::string& target, const std::string& form,
                                  const std::string& fields) {
    std::string text =
        method + " " + target + " HTTP/1.1\r\nHost: localhost:" + std::to_string(port_) + "\r\n" + fields;
    if (!form.empty())
        text +=
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(form.size()) +
            "\r\n";
    send(text + "\r\n" + form);
    return answer(method == "HEAD");
}

std::optional<Answer> Client::upgrade(const std::string& target, const std::string& fields) {
    return ask("GET", target, "",
               "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                   fields);
}

bool Client::open(const std::string& target) {
    const auto answer = upgrade(target);
    return answer && answer->status == 101;
}

bool Client::text(std::string_view message) {
    return frame(0x81, message);
}

bool Client::frame(std::uint8_t first_octet, std::string_view payload, bool masked) {
    static constexpr std::array<char, 4> mask{'\x11', '\x22', '\x33', '\x44'};
    std::string out(1, static_cast<char>(first_octet));
    const auto bit = static_cast<unsigned char>(masked ? 0x80 : 0);
    const auto append = [&out](std::size_t value, int octets) {
        for (int i = octets; i-- > 0;) out += static_cast<char>((value >> (8 * i)) & 0xff);
    };
    if (payload.size() < 126) {
        append(bit | payload.size(), 1);
    } else if (payload.size() <= 0xffff) {
        append(bit | 126U, 1);
        append(payload.size(), 2);
    } else {
        append(bit | 127U, 1);
        append(payload.size(), 8);
    }
    if (masked) out.append(mask.data(), mask.size());
    for (std::size_t i = 0; i < payload.size(); ++i)
        out += masked ? static_cast<char>(payload[i] ^ mask[i % 4]) : payload[i];
    return send(out);
}

std::optional<Frame> Client::next() {
    const auto head = take(2);
    if (!head) return std::nullopt;
    Frame frame;
    frame.fin = ((*head)[0] & 0x80) != 0;
    frame.compressed = ((*head)[0] & 0x40) != 0;
    frame.opcode = static_cast<std::uint8_t>((*head)[0] & 0x0f);
    std::size_t size = static_cast<unsigned char>((*head)[1]) & 0x7f;
    if (size >= 126) {
        const auto more = take(size == 126 ? 2 : 8);
        if (!more) return std::nullopt;
        size = 0;
        for (const char c : *more) size = size << 8 | static_cast<unsigned char>(c);
    }
    auto payload = take(size);
    if (!payload) return std::nullopt;
    frame.payload = std::move(*payload);
    return frame.opcode == 9 ? next() : frame;
}

std::string Client::next_text() {
    const auto frame = next();
    if (!frame || frame->opcode != 1 || !frame->fin) return "";
    EXPECT_TRUE(is_event(frame->payload));
    return frame->payload;
}

unsigned Client::close_code() {
    for (auto frame = next(); frame; frame = next()) {
        if (frame->opcode != 8) continue;
        this->frame(0x88, frame->payload);
        return frame->close_code();
    }
    return 0;
}

}  // namespace cedar::host::http
