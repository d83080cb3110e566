#pragma once
#include "host/http/context.hpp"
#include "host/http/deadline.hpp"
#include "host/http/socket.hpp"
#include "host/ports/store.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace cedar::host::http {

// One connection that speaks HTTP/1.1: requests one after the other, until it closes or becomes a chat socket.
// On the socket's strand; stop() and cut() from any thread.
class HttpSession final : public Connection, public std::enable_shared_from_this<HttpSession> {
public:
    HttpSession(Socket socket, ServerContextPtr context, Connections::Ticket ticket);
    void start();
    void stop() override;
    void cut() override;

private:
    using ErrorCode = boost::system::error_code;
    using Body = boost::beast::http::string_body;
    using Message = boost::beast::http::response<boost::beast::http::span_body<const char>>;
    using Serializer = boost::beast::http::response_serializer<boost::beast::http::span_body<const char>>;
    enum class Phase { handshake, waiting, header, body, handling, writing, lingering, closed };

    void shake_hands();
    void wait_for_request();
    void read_header();
    void on_header(ErrorCode error);
    void take_head();
    bool take_target();
    bool may_pass();
    void read_body();
    void send_continue();
    void dispatch();
    void open_socket();
    void open_stream();
    void on_project(std::int64_t id, Result<Project> project);

    void on_read_error(ErrorCode error);
    void on_deadline();
    void stop_reading();
    void respond(Response response);
    void write(Response response);
    void write_some();
    void on_some_written(ErrorCode error, std::size_t octets);
    void on_written(ErrorCode error);
    void linger();
    void discard(std::size_t left);
    void close();

    void enter(Phase phase, std::chrono::milliseconds limit);
    [[nodiscard]] Respond responder();

    Socket socket_;
    ServerContextPtr context_;
    Connections::Ticket ticket_;
    Deadline deadline_;
    Phase phase_ = Phase::waiting;
    bool timed_out_ = false;
    int stops_ = 0;           // of a read whose time is over
    std::uint64_t turn_ = 0;  // of the request in hand: an answer to an earlier one is too late

    boost::beast::flat_buffer buffer_;
    std::optional<boost::beast::http::request_parser<Body>> parser_;
    Request request_;
    bool head_only_ = false, keep_alive_ = false;

    Response response_;
    std::optional<Message> message_;
    std::optional<Serializer> serializer_;
    std::size_t progress_ = 0;  // octets since the deadline was set
};

}  // namespace cedar::host::http
