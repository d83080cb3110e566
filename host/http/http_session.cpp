#include "host/http/http_session.hpp"

#include "host/http/chat_session.hpp"
#include "host/http/log_line.hpp"
#include "host/http/problem.hpp"
#include "host/http/request_checks.hpp"
#include "host/http/sse_session.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace cedar::host::http {

namespace beast = boost::beast;
namespace net = boost::asio;

namespace {

constexpr std::size_t read_size = 4096;
constexpr int kStopsMax = 64;
constexpr std::chrono::milliseconds kStopAgain{10};

bool is_parse_error(const boost::system::error_code& error) {
    return error.category() == make_error_code(beast::http::error::bad_method).category();
}

}  // namespace

HttpSession::HttpSession(Socket socket, ServerContextPtr context, Connections::Ticket ticket)
    : socket_(std::move(socket)),
      context_(std::move(context)),
      ticket_(std::move(ticket)),
      deadline_(context_->wheel, socket_.get_executor()),
      buffer_(context_->limits.header_bytes + read_size) {}

void HttpSession::start() {
    ticket_.assign(weak_from_this());
    if (context_->stopping) return close();
    if (socket_.secure()) return shake_hands();
    enter(Phase::header, context_->limits.header_time);
    wait_for_request();
}

// A peer that speaks plain HTTP here is told so, below TLS.
void HttpSession::shake_hands() {
    enter(Phase::handshake, context_->limits.header_time);
    socket_.handshake([self = shared_from_this()](ErrorCode error, std::size_t) {
        if (self->phase_ != Phase::handshake) return;
        if (error) {
            ++self->context_->protocol_errors;
            static constexpr std::string_view hint =
                "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 24\r\n\r\n"
                "expected https, got http";
            ErrorCode ignored;  // whoever cannot be told sees the close
            if (is_plain_http(error)) self->socket_.tcp().write_some(net::buffer(hint), ignored);
            return self->close();
        }
        self->enter(Phase::header, self->context_->limits.header_time);
        self->wait_for_request();
    });
}

void HttpSession::stop() {
    net::post(socket_.get_executor(), [self = shared_from_this()] {
        if (self->phase_ == Phase::waiting) self->close();
    });
}

void HttpSession::cut() {
    net::post(socket_.get_executor(), [self = shared_from_this()] { self->close(); });
}

void HttpSession::enter(Phase phase, std::chrono::milliseconds limit) {
    phase_ = phase;
    deadline_.arm<&HttpSession::on_deadline>(limit, weak_from_this());
}

// The header's time begins with the accept, and on a kept connection with its first octet.
void HttpSession::wait_for_request() {
    if (buffer_.size() > 0) return read_header();
    socket_.async_read_some(buffer_.prepare(read_size),
                            [self = shared_from_this()](ErrorCode error, std::size_t n) {
                                if (error) return self->on_read_error(error);
                                self->buffer_.commit(n);
                                self->read_header();
                            });
}

void HttpSession::read_header() {
    if (phase_ == Phase::waiting) enter(Phase::header, context_->limits.header_time);
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(context_->limits.header_bytes));
    parser_->body_limit(context_->limits.body_bytes);
    beast::http::async_read_header(
        socket_, buffer_, *parser_,
        [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_header(error); });
}

void HttpSession::on_header(ErrorCode error) {
    if (error) return on_read_error(error);
    if (phase_ != Phase::header) return;
    take_head();
}

// Every check that needs no body. What it refuses ends the connection.
void HttpSession::take_head() {
    const auto& message = parser_->get();
    request_ = {};
    request_.method = std::string(message.method_string());
    for (const auto& field : message) request_.fields.emplace_back(field.name_string(), field.value());
    head_only_ = request_.method == "HEAD";
    keep_alive_ = parser_->keep_alive();
    const RequestHead head{message.version(), message.target(), &request_.fields};
    if (auto wrong = check_head(head)) return respond(std::move(*wrong));
    if (!take_target() || !may_pass()) return;
    if (chat_socket_project(request_.path) && asks_for_websocket(head) && request_.method == "GET") {
        if (auto wrong = check_handshake(head)) return respond(std::move(*wrong));
        return open_socket();
    }
    if (parser_->is_done()) return dispatch();
    if (message.version() >= 11 && !request_.field("Expect").empty()) return send_continue();
    read_body();
}

void HttpSession::send_continue() {
    enter(Phase::body, context_->limits.body_time);
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    net::async_write(socket_, net::buffer(go_on), [self = shared_from_this()](ErrorCode error, std::size_t) {
        if (error) return self->on_read_error(error);
        self->read_body();
    });
}

void HttpSession::read_body() {
    if (phase_ != Phase::body) enter(Phase::body, context_->limits.body_time);
    beast::http::async_read(socket_, buffer_, *parser_, [self = shared_from_this()](ErrorCode error, std::size_t) {
        if (error) return self->on_read_error(error);
        if (self->phase_ == Phase::body) self->dispatch();
    });
}

void HttpSession::dispatch() {
    enter(Phase::handling, context_->limits.store_time);
    request_.body = std::move(parser_->get().body());
    if (request_.method == "GET" && event_stream_thread(request_.path)) return open_stream();
    try {
        context_->site.handle(request_, responder());
    } catch (const std::exception& error) {
        log_line(*context_->ports.log, LogLevel::error, error.what());
        if (phase_ == Phase::handling) respond(problem(500, "the request could not be answered"));
    }
}

// A chat socket is opened for a project that exists; nothing is created by asking.
void HttpSession::open_socket() {
    const auto text = *chat_socket_project(request_.path);
    const auto id = parse_id(text);
    if (!id) return respond(fatal_problem(404, "project: expected a number, got " + in_quotes(text)));
    if (context_->site.draining()) return respond(fatal_problem(503, "the server is shutting down"));
    enter(Phase::handling, context_->limits.store_time);
    context_->ports.store->find_project(
        *id, [self = shared_from_this(), id = *id, turn = turn_](const Result<Project>& project) {
            net::dispatch(self->socket_.get_executor(), [self, id, turn, project] {
                if (turn == self->turn_ && self->phase_ == Phase::handling) self->on_project(id, project);
            });
        });
}

void HttpSession::on_project(std::int64_t id, Result<Project> project) {
    if (!project) {
        auto answer = problem(project.error());
        answer.close = true;
        return respond(std::move(answer));
    }
    deadline_.disarm();
    phase_ = Phase::closed;
    const auto early = buffer_.data();
    const Handshake handshake{std::string(request_.field("Sec-WebSocket-Key")),
                              std::string(request_.field("Sec-WebSocket-Extensions"))};
    open_chat_session(std::move(socket_), std::string(static_cast<const char*>(early.data()), early.size()),
                      handshake, id, context_, std::move(ticket_));
}

void HttpSession::open_stream() {
    auto asked = parse_stream_request(request_);
    if (!asked) return respond(problem(asked.error()));
    if (context_->feeds.log() == nullptr) return respond(problem(404, "this server has no event streams"));
    if (context_->stopping) return respond(fatal_problem(503, "the server is shutting down"));
    deadline_.disarm();
    phase_ = Phase::closed;
    open_sse_session(std::move(socket_), std::move(*asked), context_, std::move(ticket_));
}

void HttpSession::on_read_error(ErrorCode error) {
    if (phase_ == Phase::closed) return;
    const bool header = phase_ == Phase::header;
    if (timed_out_)
        return respond(fatal_problem(408, header ? "expected a whole header within " +
                                                       std::to_string(context_->limits.header_time.count()) + " ms"
                                                 : "expected the whole body within " +
                                                       std::to_string(context_->limits.body_time.count()) + " ms"));
    if (!is_parse_error(error) || error == beast::http::error::end_of_stream ||
        error == beast::http::error::partial_message)
        return close();
    ++context_->protocol_errors;
    if (error == beast::http::error::header_limit || error == beast::http::error::buffer_overflow)
        return respond(
            fatal_problem(header ? 431 : 400,
                          "header: expected at most " + std::to_string(context_->limits.header_bytes) + " octets"));
    if (error == beast::http::error::body_limit)
        return respond(fatal_problem(
            413, "body: expected at most " + std::to_string(context_->limits.body_bytes) + " octets"));
    respond(fatal_problem(400, "expected an HTTP/1.1 request: " + error.message()));
}

// Octets that have come by now are still taken, and reading goes on as if nothing were: it is stopped once more
// then.
void HttpSession::stop_reading() {
    if (!std::exchange(timed_out_, true)) {
        ++context_->timeouts;
        if (phase_ == Phase::header) ++context_->header_timeouts;
    }
    const bool silent = phase_ == Phase::header && buffer_.size() == 0 && !parser_;
    if (silent || ++stops_ > kStopsMax) return close();
    ErrorCode ignored;  // without the cancel the next one, or the close, ends it
    socket_.cancel(ignored);
    deadline_.arm<&HttpSession::on_deadline>(kStopAgain, weak_from_this());
}

void HttpSession::on_deadline() {
    switch (phase_) {
        case Phase::header:
        case Phase::body: return stop_reading();
        case Phase::handling:
            ++context_->timeouts;
            return respond(fatal_problem(503, "the store did not answer in time"));
        case Phase::handshake:
            ++context_->timeouts;
            ++context_->header_timeouts;
            return close();
        case Phase::waiting:
        case Phase::writing:
        case Phase::lingering: return close();
        case Phase::closed: return;
    }
}

}  // namespace cedar::host::http
