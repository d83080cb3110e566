#include "host/http/chat_session.hpp"

#include "host/http/log_line.hpp"

#include <algorithm>
#include <utility>

// How a chat socket ends, and the times that end it.
namespace cedar::host::http {

namespace net = boost::asio;

namespace {

constexpr std::chrono::milliseconds linger_time{1000};

}  // namespace

// Says that nothing more comes, and waits for the peer to say the same.
void ChatSession::close(CloseCode code, std::string_view reason) {
    if (closing_ || finished_) return;
    std::string frame;
    append_close_frame(frame, code, reason);
    begin_close(frame, context_->limits.write_time);
}

void ChatSession::begin_close(std::string_view frame, std::chrono::milliseconds limit) {
    closing_ = true;
    pong_due_ = false;
    channel_.reset();
    close_by_ = Clock::now() + limit;
    wire_.send(frame);
    look();
    go_on_reading();
}

// The peer's close is answered with its own code, unless it is the answer to ours.
void ChatSession::on_close(std::string_view code) {
    std::string frame;
    append_control_frame(frame, ControlFrame::close, code);
    parting_ = true;
    if (!closing_) begin_close(frame, std::min(linger_time, context_->limits.write_time));
    part();
}

// The peer broke the protocol or a bound: it is told, and what it sends still is thrown away.
void ChatSession::fail(CloseCode code) {
    ++context_->protocol_errors;
    if (code == CloseCode::policy)
        log_line(*context_->ports.log, LogLevel::warn, "closed a chat socket that flooded frames");
    std::string frame;
    append_close_frame(frame, code);
    parting_ = true;
    if (!closing_) begin_close(frame, std::min(linger_time, context_->limits.write_time));
    part();
}

// A close while octets of the peer are unread would reset the connection, and the close frame be lost with it.
void ChatSession::part() {
    if (finished_ || wire_.queued() > 0) return;
    ErrorCode ignored;  // a peer that is gone is found by the read
    wire_.socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
    go_on_reading();
}

// Nothing more is said or heard; the runs go on, for whoever proves itself again.
void ChatSession::end_login() {
    ++context_->logins_ended;
    log_line(*context_->ports.log, LogLevel::info, "closed a chat socket whose login has ended");
    close(CloseCode::login_ended, "the login has ended");
}

// The times: of a close, of a write that waits, of silence, of a message. The earliest of those that are left is
// looked at next.
void ChatSession::look() {
    if (finished_) return;
    const auto now = Clock::now();
    const auto& limits = context_->limits;
    if (wire_.busy() && now - wire_.waits_since() >= limits.write_time) return cut_slow();
    if (closing_ && now >= close_by_) return finish();
    if (!closing_ && now - heard_ >= limits.ws_idle_time) {
        ++context_->timeouts;
        return finish();
    }
    const bool begun = !closing_ && begun_ != Clock::time_point();
    if (begun && now - begun_ >= limits.ws_message_time) return end_message();
    if (!closing_ && !pinged_ && now - heard_ >= limits.ws_idle_time / 2) ping();
    auto next = closing_ ? close_by_ : heard_ + (pinged_ ? limits.ws_idle_time : limits.ws_idle_time / 2);
    if (begun) next = std::min(next, begun_ + limits.ws_message_time);
    if (wire_.busy()) next = std::min(next, wire_.waits_since() + limits.write_time);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now);
    deadline_.arm<&ChatSession::look>(left, weak_from_this());
}

// It holds what has come so far, however slowly the rest comes.
void ChatSession::end_message() {
    ++context_->timeouts;
    close(CloseCode::policy, "the message took too long");
}

void ChatSession::ping() {
    pinged_ = true;
    if (wire_.busy()) return;  // it has something to take
    std::string frame;
    append_control_frame(frame, ControlFrame::ping);
    wire_.send(frame);
}

void ChatSession::cut_slow() {
    ++context_->slow_readers;
    log_line(*context_->ports.log, LogLevel::warn, "cut a chat socket whose reader took nothing; it may resume");
    finish();
}

void ChatSession::finish() {
    if (std::exchange(finished_, true)) return;
    deadline_.disarm();
    channel_.reset();
    ErrorCode ignored;  // it is closed whatever the system says to that
    wire_.socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
    wire_.socket().close(ignored);
    ticket_.release();
}

}  // namespace cedar::host::http
