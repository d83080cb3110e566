#include "host/http/listener.hpp"

#include "host/http/http_session.hpp"
#include "host/http/log_line.hpp"
#include "host/http/problem.hpp"
#include "host/ports/clock.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;
using net::ip::tcp;

namespace {

constexpr std::chrono::milliseconds first_pause{100}, longest_pause{1000};
constexpr std::size_t told_at_a_time = 64;  // of those that wait, so that others on the thread have their turn

int open_reserve() {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void tell(tcp::socket& socket, const std::string& detail) {
    const auto answer = problem(503, detail);
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

// An IPv4 address, or the network of an IPv6 one: whoever has one address there has all.
std::string peer_of(const tcp::socket& socket) {
    boost::system::error_code error;
    const auto address = socket.remote_endpoint(error).address();
    if (error || !address.is_v6()) return error ? std::string() : address.to_string();
    const auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) return net::ip::make_address_v4(net::ip::v4_mapped, v6).to_string();
    const auto bytes = v6.to_bytes();
    return {bytes.begin(), bytes.begin() + 8};
}

}  // namespace

Listener::Listener(tcp::acceptor acceptor, ServerContextPtr context)
    : acceptor_(std::move(acceptor)),
      pause_(acceptor_.get_executor()),
      context_(std::move(context)),
      reserve_(open_reserve()),
      next_pause_(first_pause) {
    boost::system::error_code ignored;  // then the first full moment waits for a connection more
    acceptor_.non_blocking(true, ignored);
}

Listener::~Listener() {
    if (reserve_ >= 0) ::close(reserve_);
}

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
    if (std::exchange(pausing_, false)) context_->site.set_accepting(true);
    next_pause_ = first_pause;
    boost::system::error_code ignored;  // a connection without it is slower, no worse
    socket.set_option(tcp::no_delay(true), ignored);
    const auto& limits = context_->limits;
    if (context_->connections->size() >= limits.connections) {
        refuse(std::move(socket), limits.connections, "");
        return accept();
    }
    auto place = context_->peers->enter(peer_of(socket), context_->ports.clock->now().steady);
    if (!place) {
        refuse(std::move(socket), limits.peer.connections, " from one client");
        return accept();
    }
    ++context_->accepted;
    const auto executor = socket.get_executor();
    const auto tls = context_->tls();
    auto connection = tls ? Socket(std::move(socket), *tls) : Socket(std::move(socket));
    auto session = std::make_shared<HttpSession>(std::move(connection), context_,
                                                 context_->connections->enter(std::move(place)));
    net::dispatch(executor, [session] { session->start(); });
    accept();
}

// Mostly out of file descriptors: what is open goes on, and the next try is a moment later instead of at once.
void Listener::pause(const boost::system::error_code& error) {
    if (!std::exchange(pausing_, true)) {
        const auto message = "connections wait, the system refuses to accept: " + error.message();
        log_line(*context_->ports.log, LogLevel::warn, message);
        context_->site.set_accepting(false);
    }
    if (error == net::error::no_descriptors || error == boost::system::errc::too_many_files_open_in_system)
        turn_away();
    pause_.expires_after(next_pause_);
    next_pause_ = std::min(2 * next_pause_, longest_pause);
    pause_.async_wait([self = shared_from_this()](boost::system::error_code) {
        self->see_whether_it_is_over();
        self->accept();
    });
}

// Who waited has been turned away, so no connection may come for long to show that there are descriptors again.
void Listener::see_whether_it_is_over() {
    if (reserve_ < 0) reserve_ = open_reserve();
    const int another = reserve_ < 0 ? -1 : open_reserve();
    if (another < 0) return;
    ::close(another);
    if (std::exchange(pausing_, false)) context_->site.set_accepting(true);
}

// Those that wait are told so instead of being left without a word, with the one descriptor kept for that.
void Listener::turn_away() {
    for (std::size_t i = 0; i < told_at_a_time; ++i) {
        if (reserve_ >= 0) ::close(std::exchange(reserve_, -1));
        boost::system::error_code error;
        tcp::socket socket(acceptor_.get_executor());
        acceptor_.accept(socket, error);
        if (!error) {
            ++context_->refused;
            if (!context_->secure)
                tell(socket, "expected a free file descriptor for one more connection, got none");
            socket.close(error);
        }
        reserve_ = open_reserve();
        if (error || reserve_ < 0) return;
    }
}

// One try without waiting: a connection beyond the bound may cost nothing.
void Listener::refuse(tcp::socket socket, std::size_t limit, const char* whose) const {
    ++context_->refused;
    if (context_->secure) return;  // a handshake is what a refusal must not cost
    tell(socket, "expected at most " + std::to_string(limit) + " connections at once" + whose);
}

}  // namespace cedar::host::http
