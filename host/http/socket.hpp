#pragma once
#include "host/http/tls.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace cedar::host::http {

// A connection's octets, with or without TLS: what Beast and the sessions read and write. Stands where a
// tcp::socket would; without TLS it is one. On the strand.
class Socket {
public:
    using Tcp = boost::asio::ip::tcp::socket;
    using executor_type = Tcp::executor_type;
    using ErrorCode = boost::system::error_code;

    explicit Socket(Tcp tcp) : tcp_(std::move(tcp)) {}
    // Speaks only after handshake().
    Socket(Tcp tcp, const TlsContext& tls) : tcp_(tcp.get_executor()), tls_(tls.layer(std::move(tcp))) {}

    executor_type get_executor() { return tcp_.get_executor(); }
    [[nodiscard]] bool secure() const { return tls_ != nullptr; }
    [[nodiscard]] Tcp& tcp() { return tls_ ? tls_->tcp() : tcp_; }
    // Only of a secure one.
    void handshake(TlsLayer::Done done) { tls_->handshake(std::move(done)); }
    void shut(TlsLayer::Done done) { tls_->shut(std::move(done)); }

    void cancel(ErrorCode& error) { tcp().cancel(error); }
    void close(ErrorCode& error) { tcp().close(error); }
    void shutdown(Tcp::shutdown_type what, ErrorCode& error) { tcp().shutdown(what, error); }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(Read{this}, token, buffers);
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(Write{this}, token, buffers);
    }

    // What the system takes at once, in octets; 0 for a secure one. Of a socket that was set non-blocking.
    template <class Buffers>
    std::size_t write_now(const Buffers& buffers, ErrorCode& error) {
        if (tls_) return 0;
        const auto taken = tcp_.write_some(buffers, error);
        if (error != boost::asio::error::would_block && error != boost::asio::error::try_again) return taken;
        error = {};
        return 0;
    }

private:
    struct Read {
        Socket* socket;
        template <class Handler, class Buffers>
        void operator()(Handler&& handler, const Buffers& buffers) const {
            if (!socket->tls_) return socket->tcp_.async_read_some(buffers, std::forward<Handler>(handler));
            const auto into = first<boost::asio::mutable_buffer>(buffers);
            socket->tls_->read_some(into, socket->erase(std::forward<Handler>(handler)));
        }
    };
    struct Write {
        Socket* socket;
        template <class Handler, class Buffers>
        void operator()(Handler&& handler, const Buffers& buffers) const {
            if (!socket->tls_) return socket->tcp_.async_write_some(buffers, std::forward<Handler>(handler));
            const auto from = first<boost::asio::const_buffer>(buffers);
            socket->tls_->write_some(from, socket->erase(std::forward<Handler>(handler)));
        }
    };

    // A record carries one piece anyhow; whoever has more asks again.
    template <class Buffer, class Buffers>
    static Buffer first(const Buffers& buffers) {
        const auto end = boost::asio::buffer_sequence_end(buffers);
        for (auto part = boost::asio::buffer_sequence_begin(buffers); part != end; ++part)
            if (const Buffer buffer(*part); buffer.size() > 0) return buffer;
        return {};
    }

    template <class Handler>
    TlsLayer::Done erase(Handler&& given) {
        const auto executor = boost::asio::get_associated_executor(given, get_executor());
        auto handler = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(given));
        return [handler, executor](ErrorCode error, std::size_t octets) {
            boost::asio::dispatch(executor, [handler, error, octets] {
                auto called = std::move(*handler);
                called(error, octets);
            });
        };
    }

    Tcp tcp_;  // unused beside tls_, but for its executor
    std::unique_ptr<TlsLayer> tls_;
};

}  // namespace cedar::host::http
