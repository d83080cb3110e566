#include "host/http/http_date.hpp"
#include "host/http/http_session.hpp"
#include "host/ports/clock.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <utility>

namespace cedar::host::http {

namespace beast = boost::beast;
namespace net = boost::asio;

namespace {

constexpr std::size_t discard_bytes = 256 * 1024;
constexpr std::chrono::milliseconds linger_time{1000};

}  // namespace

Respond HttpSession::responder() {
    return [self = shared_from_this(), turn = turn_](Response response) {
        net::dispatch(self->socket_.get_executor(), [self, turn, response = std::move(response)]() mutable {
            if (turn == self->turn_ && self->phase_ == Phase::handling) self->respond(std::move(response));
        });
    };
}

void HttpSession::respond(Response response) {
    ++turn_;
    ++context_->requests;
    if (response.close || context_->stopping || timed_out_) keep_alive_ = false;
    write(std::move(response));
}

void HttpSession::write(Response response) {
    enter(Phase::writing, context_->limits.write_time);
    response_ = std::move(response);
    const auto content = response_.content();
    auto& message = message_.emplace();
    message.result(response_.status);
    message.version(11);
    message.set(beast::http::field::date, http_date(context_->ports.clock->now().utc));
    message.set("X-Content-Type-Options", "nosniff");
    // Not "no-referrer": with it a browser sends "Origin: null" with our own form, which is refused.
    message.set("Referrer-Policy", "same-origin");
    message.set("Cross-Origin-Opener-Policy", "same-origin");
    message.set("Cross-Origin-Resource-Policy", "same-origin");
    message.set("X-Frame-Options", "DENY");
    message.set("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    message.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    for (const auto& [name, value] : response_.fields) message.erase(name);  // their own instead
    for (const auto& [name, value] : response_.fields) message.insert(name, value);
    if (!response_.content_type.empty()) message.set(beast::http::field::content_type, response_.content_type);
    if (response_.status != 304) message.content_length(content.size());
    if (!keep_alive_) message.set(beast::http::field::connection, "close");
    message.body() = {content.data(), content.size()};
    auto& serializer = serializer_.emplace(message);
    progress_ = 0;
    if (!head_only_) return write_some();
    beast::http::async_write_header(socket_, serializer, [self = shared_from_this()](ErrorCode error, std::size_t) {
        self->on_written(error);
    });
}

void HttpSession::write_some() {
    beast::http::async_write_some(
        socket_, *serializer_,
        [self = shared_from_this()](ErrorCode error, std::size_t octets) { self->on_some_written(error, octets); });
}

// A reader that takes less than `write_bytes` in each `write_time` is cut: one octet at a time is no progress.
void HttpSession::on_some_written(ErrorCode error, std::size_t octets) {
    if (phase_ != Phase::writing) return;
    if (error || serializer_->is_done()) return on_written(error);
    progress_ += octets;
    if (progress_ >= context_->limits.write_bytes) {
        progress_ = 0;
        enter(Phase::writing, context_->limits.write_time);
    }
    write_some();
}

void HttpSession::on_written(ErrorCode error) {
    if (phase_ != Phase::writing) return;
    serializer_.reset();
    message_.reset();
    response_ = {};
    if (error) return close();
    if (!keep_alive_) return linger();
    if (context_->stopping) return close();
    head_only_ = false;
    enter(Phase::waiting, context_->limits.idle_time);
    wait_for_request();
}

// A close while octets of the peer are unread would reset the connection, and the response might be lost with it.
void HttpSession::linger() {
    enter(Phase::lingering, std::min(linger_time, context_->limits.write_time));
    if (socket_.secure())
        return socket_.shut([self = shared_from_this()](ErrorCode, std::size_t) { self->close(); });
    ErrorCode error;
    socket_.shutdown(net::ip::tcp::socket::shutdown_send, error);
    if (error) return close();
    buffer_.clear();
    discard(discard_bytes);
}

void HttpSession::discard(std::size_t left) {
    buffer_.clear();
    socket_.async_read_some(buffer_.prepare(4096),
                            [self = shared_from_this(), left](ErrorCode error, std::size_t n) {
                                if (error || n >= left || self->phase_ != Phase::lingering) return self->close();
                                self->discard(left - n);
                            });
}

void HttpSession::close() {
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    ++turn_;
    deadline_.disarm();
    ErrorCode ignored;  // it is closed whatever the system says to that
    socket_.close(ignored);
    ticket_.release();
}

}  // namespace cedar::host::http
