#include "host/http/chat_session.hpp"

#include "host/http/log_line.hpp"
#include "host/ports/clock.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;

namespace {

constexpr std::size_t discard_bytes = 256 * 1024;
constexpr std::size_t kept_bytes = 256 * 1024;  // of a thread's room for frames, between turns
constexpr std::chrono::milliseconds linger_time{1000};

}  // namespace

ChatSession::ChatSession(Socket socket, std::int64_t project_id, ServerContextPtr context,
                         Connections::Ticket ticket, bool inflates)
    : context_(std::move(context)),
      ticket_(std::move(ticket)),
      wire_(std::move(socket), *this),
      project_id_(project_id),
      reader_({context_->limits.ws_message_bytes, context_->limits.ws_fragments, context_->limits.ws_pings},
              inflates),
      deadline_(context_->wheel, wire_.socket().get_executor()),
      messages_(static_cast<double>(context_->limits.ws_messages_at_once),
                static_cast<double>(context_->limits.ws_messages_per_second)) {}

// Many wakes become one turn of the strand. The session is not held where an event is made: it would end there.
std::function<void()> ChatSession::waker() {
    return [weak = weak_from_this(), woken = woken_, executor = wire_.socket().get_executor()] {
        if (woken->exchange(true)) return;
        net::post(executor, [weak] {
            if (const auto self = weak.lock()) self->pump();
        });
    };
}

void ChatSession::start(const Handshake& handshake, const std::string& extensions, std::string early) {
    ticket_.assign(weak_from_this());
    channel_ = std::make_unique<ChatChannel>(context_->ports, project_id_, context_->limits.ws_runs, waker());
    if (!extensions.empty()) channel_->set_frames({extensions, context_->limits.ws_deflate_bytes});
    wire_.send(switching_protocols(handshake.key, extensions));
    ++context_->sockets;
    heard_ = Clock::now();
    look();
    if (context_->stopping) {
        close(CloseCode::going_away);
    } else if (!logged_in()) {
        end_login();
    }
    if (!early.empty()) return on_octets(early, {});
    read();
}

void ChatSession::read() {
    if (reading_ || finished_) return;
    reading_ = true;
    wire_.read();
}

void ChatSession::on_octets(std::span<char> octets, ErrorCode error) {
    reading_ = false;
    if (finished_) return;
    if (error) return finish();
    heard_ = Clock::now();
    pinged_ = false;
    if (parting_) {
        discarded_ += octets.size();
        return discarded_ > discard_bytes ? finish() : read();
    }
    take(octets);
    unread_.assign(octets.begin(), octets.end());
    pump();
}

// What the octets say, until there is no room for what the answers would be.
void ChatSession::take(std::span<char>& octets) {
    while (!finished_ && !parting_ && (closing_ || !channel_->full())) {
        const auto said = reader_.next(octets, heard_);
        switch (said.what) {
            case WsReader::What::nothing: return;
            case WsReader::What::broken: fail(said.code); break;
            case WsReader::What::close: on_close(said.payload); break;
            case WsReader::What::ping: on_ping(said.payload); break;
            case WsReader::What::pong: break;
            case WsReader::What::text: on_message(&said.payload); break;
            case WsReader::What::binary: on_message(nullptr); break;
        }
    }
    if (parting_) octets = {};
}

// Null: a binary one.
void ChatSession::on_message(const std::string_view* text) {
    if (closing_) return;  // it came while the close was on its way
    if (!logged_in()) return end_login();
    if (context_->site.draining()) channel_->drain();
    if (!may_say()) return refuse_talk();
    if (text == nullptr) return channel_->on_binary();
    channel_->on_text(*text);
}

// Of many while the peer reads nothing, the latest is answered.
void ChatSession::on_ping(std::string_view payload) {
    if (closing_) return;
    pong_ = payload;
    pong_due_ = true;
    if (!wire_.busy()) send_pong();
}

void ChatSession::send_pong() {
    if (!std::exchange(pong_due_, false)) return;
    std::string frame;
    append_control_frame(frame, ControlFrame::pong, pong_);
    wire_.send(frame);
}

// Moves as much from the log to the wire as the wire's bound allows; what is left waits in the log until the wire
// has drained.
void ChatSession::pump() {
    woken_->store(false);
    if (finished_) return;
    if (wire_.failed()) return finish();
    if (closing_) return go_on_reading();
    if (!logged_in()) return end_login();
    const auto room = context_->limits.ws_queue_bytes;
    if (wire_.queued() < room) {
        const bool more = send_events(room - wire_.queued());
        if (more && !wire_.busy()) waker()();
    }
    if (channel_->over()) return close(CloseCode::normal);
    if (wire_.busy()) look();
    go_on_reading();
}

// True: there may be more. The frames are made in a room that belongs to the thread.
bool ChatSession::send_events(std::size_t room) {
    thread_local std::string frames;
    frames.clear();
    channel_->take(frames, room);
    context_->superseded += channel_->take_skipped();
    const bool more = frames.size() >= room;
    wire_.send(frames);
    if (frames.capacity() > kept_bytes) std::string().swap(frames);
    return more;
}

void ChatSession::go_on_reading() {
    if (finished_ || reading_) return;
    if (!closing_ && channel_->full()) return;
    if (unread_.empty()) return read();
    auto octets = std::exchange(unread_, {});
    net::post(wire_.socket().get_executor(),
              [self = shared_from_this(), octets = std::move(octets)]() mutable { self->on_octets(octets, {}); });
    reading_ = true;
}

void ChatSession::on_drained() {
    if (finished_) return;
    if (wire_.failed()) return finish();
    if (parting_) return part();
    send_pong();
    pump();
}

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

// The times: of a close, of a write that waits, of silence. The earliest of those that are left is looked at next.
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
    if (!closing_ && !pinged_ && now - heard_ >= limits.ws_idle_time / 2) ping();
    auto next = closing_ ? close_by_ : heard_ + (pinged_ ? limits.ws_idle_time : limits.ws_idle_time / 2);
    if (wire_.busy()) next = std::min(next, wire_.waits_since() + limits.write_time);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now);
    deadline_.arm<&ChatSession::look>(left, weak_from_this());
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

// Of its own share and of what its client has left.
bool ChatSession::may_say() {
    const auto now = context_->ports.clock->now().steady;
    return messages_.take(1, now) && ticket_.place().take(1, now);
}

void ChatSession::refuse_talk() {
    ++context_->rate_limited;
    log_line(*context_->ports.log, LogLevel::warn, "closed a chat socket that sent too many messages");
    channel_->on_flood();
    static_cast<void>(send_events(context_->limits.ws_queue_bytes));
    close(CloseCode::policy);
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

void ChatSession::stop() {
    net::post(wire_.socket().get_executor(), [self = shared_from_this()] {
        self->pump();
        self->close(CloseCode::going_away);
    });
}

void ChatSession::cut() {
    net::post(wire_.socket().get_executor(), [self = shared_from_this()] { self->finish(); });
}

void open_chat_session(Socket socket, std::string early, const Handshake& handshake, std::int64_t project_id,
                       ServerContextPtr context, Connections::Ticket ticket) {
    const bool deflates = context->limits.ws_deflate_bytes > 0;
    const auto extensions = deflates ? deflate_answer(handshake.extensions) : std::string();
    std::make_shared<ChatSession>(std::move(socket), project_id, std::move(context), std::move(ticket),
                                  !extensions.empty())
        ->start(handshake, extensions, std::move(early));
}

}  // namespace cedar::host::http
