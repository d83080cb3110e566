#pragma once
#include "host/http/wire.hpp"

#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <memory>
#include <string>
#include <utility>

namespace cedar::host::http {

// A Wire as the stream that Beast's websocket::stream reads and writes. Source: Beast, AsyncStream requirements.
class WireStream {
public:
    using executor_type = Socket::executor_type;
    using next_layer_type = Socket::Tcp;

    explicit WireStream(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
    executor_type get_executor() { return wire_->socket().get_executor(); }
    next_layer_type& next_layer() { return wire_->socket().tcp(); }
    const next_layer_type& next_layer() const { return wire_->socket().tcp(); }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_compose<Token, void(Wire::ErrorCode, std::size_t)>(Read<Buffers>{wire_, buffers},
                                                                                     token, wire_->socket());
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(Wire::ErrorCode, std::size_t)>(Write{wire_}, token, buffers);
    }

private:
    template <class Buffers>
    struct Read {
        std::shared_ptr<Wire> wire;
        Buffers buffers;

        template <class Self>
        void operator()(Self& self) {
            const auto held = wire;  // `self` is moved from below, and this object with it
            const auto into = buffers;
            const auto early = held->early();
            if (early.empty()) return held->socket().async_read_some(into, std::move(self));
            const auto taken = boost::asio::buffer_copy(into, boost::asio::buffer(early.data(), early.size()));
            held->take_early(taken);
            boost::asio::post(held->socket().get_executor(),
                              [op = std::move(self), taken]() mutable { op(Wire::ErrorCode(), taken); });
        }
        template <class Self>
        void operator()(Self& self, Wire::ErrorCode error, std::size_t octets) {
            if (!error && !meter(octets)) error = boost::asio::error::connection_aborted;
            self.complete(error, octets);
        }

    private:
        bool meter(std::size_t left) const {
            for (auto part = boost::asio::buffer_sequence_begin(buffers); left > 0; ++part) {
                const boost::asio::mutable_buffer buffer(*part);
                const auto size = std::min(left, buffer.size());
                if (!wire->meter({static_cast<const std::byte*>(buffer.data()), size})) return false;
                left -= size;
            }
            return true;
        }
    };

    struct Write {
        std::shared_ptr<Wire> wire;

        template <class Handler, class Buffers>
        void operator()(Handler&& given, const Buffers& buffers) const {
            const auto executor = boost::asio::get_associated_executor(given, wire->socket().get_executor());
            auto handler = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(given));
            const std::string octets(boost::asio::buffers_begin(buffers), boost::asio::buffers_end(buffers));
            wire->send(octets, [handler, executor, size = octets.size()](Wire::ErrorCode error) {
                boost::asio::post(executor, [handler, error, size] { (*handler)(error, error ? 0 : size); });
            });
        }
    };

    template <class Handler>
    friend void async_teardown(boost::beast::role_type role, WireStream& stream, Handler&& handler) {
        boost::beast::websocket::async_teardown(role, stream.next_layer(), std::forward<Handler>(handler));
    }

    std::shared_ptr<Wire> wire_;
};

}  // namespace cedar::host::http
