#include "host/http/chat_session.hpp"

#include "host/http/chat_channel.hpp"
#include "host/http/log_line.hpp"
#include "host/http/wire_stream.hpp"
#include "host/ports/clock.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

namespace cedar::host::http {

namespace beast = boost::beast;
namespace net = boost::asio;
namespace websocket = boost::beast::websocket;

namespace {

using BeastError = boost::system::error_code;

constexpr std::size_t discard_bytes = 256 * 1024;
constexpr std::chrono::milliseconds linger_time{1000};
constexpr std::uint16_t login_ended_code = 4401;  // of those that applications choose, after HTTP's 401

// A chat socket: Beast reads messages and answers control frames, the channel says what they mean, and events go to
// the wire as ready-made frames. Beast negotiates deflate and inflates what comes, where that is configured.
class ChatSession final : public Connection, public std::enable_shared_from_this<ChatSession> {
public:
    ChatSession(std::shared_ptr<Wire> wire, std::int64_t project_id, ServerContextPtr context,
                Connections::Ticket ticket)
        : context_(std::move(context)),
          ticket_(std::move(ticket)),
          wire_(std::move(wire)),
          stream_(wire_),
          project_id_(project_id),
          deadline_(stream_.get_executor()),
          messages_(static_cast<double>(context_->limits.ws_messages_at_once),
                    static_cast<double>(context_->limits.ws_messages_per_second)) {}

    void start(const Handshake& handshake);
    void stop() override;
    void cut() override;
    void check_login() override { waker()(); }

private:
    void offer_deflate();
    void on_open(BeastError error);
    void read();
    void on_message(BeastError error);
    void pump();
    void close(const websocket::close_reason& reason);
    void end_login();
    [[nodiscard]] bool logged_in() const { return context_->holds(ticket_.login()); }
    void finish();
    void on_deadline() { finish(); }
    void on_broken(BeastError error);
    [[nodiscard]] bool may_say();
    void refuse_talk();
    void refuse_flood();
    void discard(std::size_t left);
    [[nodiscard]] std::function<void()> waker();

    ServerContextPtr context_;
    Connections::Ticket ticket_;
    std::shared_ptr<Wire> wire_;
    websocket::stream<WireStream, true> stream_;
    std::int64_t project_id_;
    Deadline deadline_;
    TokenBucket messages_;
    std::unique_ptr<ChatChannel> channel_;
    std::shared_ptr<std::atomic<bool>> woken_ = std::make_shared<std::atomic<bool>>(false);
    beast::flat_buffer message_;
    std::string frames_;
    bool reading_ = false, closing_ = false, finished_ = false;
};

// Many wakes become one turn of the strand.
std::function<void()> ChatSession::waker() {
    return [self = weak_from_this(), woken = woken_, executor = stream_.get_executor()] {
        if (woken->exchange(true)) return;
        net::post(executor, [self] {
            if (const auto session = self.lock()) session->pump();
        });
    };
}

void ChatSession::start(const Handshake& handshake) {
    ticket_.assign(weak_from_this());
    channel_ = std::make_unique<ChatChannel>(context_->ports, project_id_, context_->limits.ws_runs, waker());
    wire_->on_drained([self = weak_from_this()] {
        if (const auto session = self.lock()) session->pump();
    });
    const auto& limits = context_->limits;
    stream_.set_option(websocket::stream_base::timeout{limits.write_time, limits.ws_idle_time, true});
    stream_.read_message_max(limits.ws_message_bytes);
    if (limits.ws_deflate_bytes > 0) offer_deflate();
    stream_.async_accept(handshake, [self = shared_from_this()](BeastError error) { self->on_open(error); });
}

// No window outlives a message, on either side: an idle socket costs what it costs without.
void ChatSession::offer_deflate() {
    websocket::permessage_deflate options;
    options.server_enable = true;
    options.server_no_context_takeover = true;
    options.client_no_context_takeover = true;
    stream_.set_option(options);
    stream_.set_option(websocket::stream_base::decorator([this](websocket::response_type& response) {
        const auto accepted = response[beast::http::field::sec_websocket_extensions];
        channel_->set_frames({{accepted.data(), accepted.size()}, context_->limits.ws_deflate_bytes});
    }));
}

void ChatSession::on_open(BeastError error) {
    if (error || finished_) return on_broken(error);
    ++context_->sockets;
    if (context_->stopping) return close(websocket::close_code::going_away);
    if (!logged_in()) return end_login();
    read();
}

void ChatSession::read() {
    reading_ = true;
    message_.clear();
    stream_.async_read(message_, [self = shared_from_this()](BeastError error, std::size_t) {
        self->reading_ = false;
        self->on_message(error);
    });
}

void ChatSession::on_message(BeastError error) {
    if (error) return on_broken(error);
    if (closing_ || finished_) return;  // it came while the close was on its way
    if (!logged_in()) return end_login();
    if (context_->site.draining()) channel_->drain();
    if (!may_say()) return refuse_talk();
    const auto data = message_.cdata();
    if (!stream_.got_text()) {
        channel_->on_binary();
    } else {
        channel_->on_text({static_cast<const char*>(data.data()), data.size()});
    }
    pump();
}

// Moves as much from the log to the wire as the wire's bound allows; what is left waits in the log until the wire
// has drained.
void ChatSession::pump() {
    woken_->store(false);
    if (wire_->failed()) return on_broken({});
    if (closing_ || finished_) return;
    if (!logged_in() && stream_.is_open()) return end_login();
    const auto room = context_->limits.ws_queue_bytes;
    if (wire_->queued() < room) {
        frames_.clear();
        channel_->take(frames_, room - wire_->queued());
        context_->superseded += channel_->take_skipped();
        wire_->send(frames_);
    }
    if (channel_->over()) return close(websocket::close_code::normal);
    if (!reading_ && !channel_->full() && stream_.is_open()) read();
}

void ChatSession::close(const websocket::close_reason& reason) {
    if (closing_ || finished_) return;
    closing_ = true;
    channel_.reset();
    deadline_.arm(context_->limits.write_time, weak_from_this(), &ChatSession::on_deadline);
    stream_.async_close(reason, [self = shared_from_this()](BeastError) { self->finish(); });
}

// Nothing more is said or heard; the runs go on, for whoever proves itself again.
void ChatSession::end_login() {
    ++context_->logins_ended;
    log_line(*context_->ports.log, LogLevel::info, "closed a chat socket whose login has ended");
    close({websocket::close_code(login_ended_code), "the login has ended"});
}

// The peer left, was cut by a time limit, or broke the protocol; Beast has said why with a close frame where
// that is possible.
void ChatSession::on_broken(BeastError error) {
    if (finished_) return;
    if (wire_->stuck()) {
        ++context_->slow_readers;
        log_line(*context_->ports.log, LogLevel::warn,
                 "cut a chat socket whose reader took nothing; it may resume");
    } else if (error == beast::error::timeout) {
        ++context_->timeouts;
    } else if (error.category() == make_error_code(websocket::error::closed).category() &&
               error != websocket::error::closed) {
        ++context_->protocol_errors;
    }
    if (wire_->flooded() && !closing_ && !wire_->failed()) return refuse_flood();
    if (!closing_ || wire_->failed()) finish();
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
    frames_.clear();
    channel_->take(frames_, context_->limits.ws_queue_bytes);
    wire_->send(frames_);
    close(websocket::close_code::policy_error);
}

// Beast's stream ended with the read that was refused, so the close frame goes out below it.
void ChatSession::refuse_flood() {
    ++context_->protocol_errors;
    log_line(*context_->ports.log, LogLevel::warn, "closed a chat socket that flooded frames");
    closing_ = true;
    channel_.reset();
    deadline_.arm(std::min(linger_time, context_->limits.write_time), weak_from_this(), &ChatSession::on_deadline);
    wire_->on_drained([self = shared_from_this()] { self->discard(discard_bytes); });
    std::string frame;
    append_close_frame(frame, CloseCode::policy);
    wire_->send(frame);
    message_.clear();
}

// A close while octets of the peer are unread would reset the connection, and the close frame be lost with it.
void ChatSession::discard(std::size_t left) {
    if (finished_) return;
    BeastError ignored;  // a peer that is gone is found by the read
    if (left == discard_bytes) wire_->socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
    message_.clear();
    wire_->socket().async_read_some(message_.prepare(4096),
                                    [self = shared_from_this(), left](BeastError error, std::size_t n) {
                                        if (error || n >= left) return self->finish();
                                        self->discard(left - n);
                                    });
}

void ChatSession::finish() {
    if (std::exchange(finished_, true)) return;
    deadline_.disarm();
    channel_.reset();
    wire_->on_drained(nullptr);
    BeastError ignored;  // it is closed whatever the system says to that
    wire_->socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
    wire_->socket().close(ignored);
    ticket_.release();
}

void ChatSession::stop() {
    net::post(stream_.get_executor(), [self = shared_from_this()] {
        if (!self->stream_.is_open()) return;  // the handshake's end looks at the same flag
        self->pump();
        self->close(websocket::close_code::going_away);
    });
}

void ChatSession::cut() {
    net::post(stream_.get_executor(), [self = shared_from_this()] { self->finish(); });
}

}  // namespace

void open_chat_session(Socket socket, std::string early, const Handshake& handshake, std::int64_t project_id,
                       ServerContextPtr context, Connections::Ticket ticket) {
    const auto& limits = context->limits;
    auto wire = std::make_shared<Wire>(std::move(socket), std::move(early),
                                       FrameMeter(limits.ws_fragments, limits.ws_pings), limits.write_time);
    const auto session =
        std::make_shared<ChatSession>(std::move(wire), project_id, std::move(context), std::move(ticket));
    session->start(handshake);
}

}  // namespace cedar::host::http
