#pragma once
#include "host/core/error.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <filesystem>
#include <functional>
#include <memory>

namespace cedar::host::http {

// TLS on one connection. The only source that sees OpenSSL's types is tls.cpp. On the socket's strand.
class TlsLayer {
public:
    using Tcp = boost::asio::ip::tcp::socket;
    using ErrorCode = boost::system::error_code;
    using Done = std::function<void(ErrorCode, std::size_t)>;

    virtual ~TlsLayer() = default;
    [[nodiscard]] virtual Tcp& tcp() = 0;
    [[nodiscard]] virtual const Tcp& tcp() const = 0;
    // Each calls `done` once, on the strand, never before it returns. One of a kind at a time.
    virtual void handshake(Done done) = 0;
    virtual void read_some(boost::asio::mutable_buffer into, Done done) = 0;
    virtual void write_some(boost::asio::const_buffer from, Done done) = 0;
    // Says that nothing more comes, and waits until the peer has said the same or is gone.
    virtual void shut(Done done) = 0;
};

// What all secure connections of a server share. Immutable. Thread: any.
class TlsContext {
public:
    virtual ~TlsContext() = default;
    // `certificate`: PEM, the server's own first, then those between it and a root; `key`: PEM, not encrypted.
    // Errors invalid_argument (not such a file, a key of another certificate), denied (it may not be read),
    // not_found; the message names the file. Blocking: reads both.
    [[nodiscard]] static Result<std::shared_ptr<const TlsContext>> load(const std::filesystem::path& certificate,
                                                                        const std::filesystem::path& key);
    [[nodiscard]] virtual std::unique_ptr<TlsLayer> layer(TlsLayer::Tcp tcp) const = 0;
};

// Whether a handshake failed because the peer spoke plain HTTP, and can be told so.
[[nodiscard]] bool is_plain_http(const boost::system::error_code& error);

}  // namespace cedar::host::http
