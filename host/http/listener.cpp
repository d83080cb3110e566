#include "host/http/listener.hpp"

#include "host/http/http_session.hpp"
#include "host/http/log_line.hpp"
#include "host/http/problem.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <array>
#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;
using net::ip::tcp;

namespace {

constexpr std::chrono::milliseconds accept_pause{100};

}  // namespace

Listener::Listener(tcp::acceptor acceptor, ServerContextPtr context)
    : acceptor_(std::move(acceptor)), pause_(acceptor_.get_executor()), context_(std::move(context)) {}

void Listener::start() {
    net::dispatch(acceptor_.get_executor(), [self = shared_from_this()] { self->accept(); });
}

void Listener::stop() {
    net::dispatch(acceptor_.get_executor(), [self = shared_from_this()] {
        boost::system::error_code ignored;  // it is closed whatever the system says to that
        self->acceptor_.close(ignored);
        self->pause_.cancel();
    });
}

void Listener::accept() {
    if (!acceptor_.is_open()) return;
    auto& context = static_cast<net::io_context&>(net::query(acceptor_.get_executor(), net::execution::context));
    acceptor_.async_accept(net::make_strand(context),
                           [self = shared_from_this()](boost::system::error_code error, tcp::socket socket) {
                               self->on_accept(error, std::move(socket));
                           });
}

void Listener::on_accept(boost::system::error_code error, tcp::socket socket) {
    if (!acceptor_.is_open()) return;
    if (error == net::error::connection_aborted) return accept();
    if (error) return pause(error);
    pausing_ = false;
    boost::system::error_code ignored;  // a connection without it is slower, no worse
    socket.set_option(tcp::no_delay(true), ignored);
    if (context_->connections->size() >= context_->limits.connections) {
        ++context_->refused;
        refuse(std::move(socket));
        return accept();
    }
    ++context_->accepted;
    const auto executor = socket.get_executor();
    auto session = std::make_shared<HttpSession>(std::move(socket), context_, context_->connections->enter());
    net::dispatch(executor, [session] { session->start(); });
    accept();
}

// Mostly out of file descriptors: what is open goes on, and the next try is a moment later instead of at once.
void Listener::pause(const boost::system::error_code& error) {
    if (!std::exchange(pausing_, true)) {
        const auto message = "connections wait, the system refuses to accept: " + error.message();
        log_line(*context_->ports.log, LogLevel::warn, message);
    }
    pause_.expires_after(accept_pause);
    pause_.async_wait([self = shared_from_this()](boost::system::error_code) { self->accept(); });
}

// One try without waiting: a connection beyond the bound may cost nothing.
void Listener::refuse(tcp::socket socket) const {
    const auto answer =
        problem(503, "expected at most " + std::to_string(context_->limits.connections) + " connections at once");
    const std::string text =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
        "Retry-After: 1\r\nConnection: close\r\nContent-Length: " +
        std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
    boost::system::error_code ignored;  // whoever cannot be told sees the close
    socket.non_blocking(true, ignored);
    socket.write_some(net::buffer(text), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    // Take what has come, or the close would reset the connection and lose the answer.
    std::array<char, 16 * 1024> sink;
    socket.read_some(net::buffer(sink), ignored);
}

}  // namespace cedar::host::http
