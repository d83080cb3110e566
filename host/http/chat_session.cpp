#include "host/http/chat_session.hpp"

#include "host/http/log_line.hpp"
#include "host/ports/clock.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;

namespace {

constexpr std::size_t discard_bytes = 256 * 1024;
constexpr std::size_t kept_bytes = 256 * 1024;  // of a thread's room for frames, between turns

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
    time_message(!octets.empty());
    unread_.assign(octets.begin(), octets.end());
    answering_ = true;
    pump();
    answering_ = false;
}

// What the octets say, until there is no room for what the answers would be.
void ChatSession::take(std::span<char>& octets) {
    while (!finished_ && !parting_ && (closing_ || !channel_->full())) {
        const auto said = reader_.next(octets, heard_);
        if (!reader_.unfinished()) begun_ = {};
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

// What waits here, until there is room for answers, is not the peer's delay.
void ChatSession::time_message(bool waits_for_us) {
    if (waits_for_us || !reader_.unfinished()) {
        begun_ = {};
    } else if (begun_ == Clock::time_point()) {
        begun_ = heard_;
        look();
    }
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
        if (more && !wire_.busy()) ask_turn();
    } else if (!wire_.busy()) {
        ask_turn();  // what waits goes out in a moment, and nobody is told when the system takes it at once
    }
    if (channel_->over()) return close(CloseCode::normal);
    if (wire_.busy()) look();
    go_on_reading();
}

// Whoever has more to take than goes out at once; what wakes it meanwhile waits with it.
void ChatSession::ask_turn() {
    if (woken_->exchange(true)) return;
    context_->turns->ask(wire_.socket().get_executor(), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->pump();
    });
}

// True: there may be more. The frames are made in a room that belongs to the thread.
bool ChatSession::send_events(std::size_t room) {
    thread_local std::string frames;
    frames.clear();
    channel_->take(frames, room);
    context_->superseded += channel_->take_skipped();
    const bool more = frames.size() >= room;
    answering_ ? wire_.send_later(frames) : wire_.send(frames);
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
