#include "host/http/sse_session.hpp"

#include "host/http/http_date.hpp"
#include "host/http/log_line.hpp"
#include "host/ports/clock.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;

namespace {

constexpr std::size_t kWriteBytes = 128 * 1024;  // gathered for one write
constexpr int kRounds = 8;                       // writes in one turn of the loop

}  // namespace

void SseSession::start() {
    ticket_.assign(weak_from_this());
    ++context_->streams;
    GatheredWrite::prepare(socket_, context_->limits.sse_silent_time);
    append_sse_head(text_, http_date(context_->ports.clock->now().utc));
    append_sse_comment(text_, "ok");
    append_sse_retry(text_, static_cast<std::uint32_t>(context_->limits.sse_retry_time.count()));
    comment_at_ = std::chrono::steady_clock::now() + context_->limits.sse_comment_time;
    watch_peer();
    tick();
    write();
    feed_ = context_->feeds.of(asked_.thread_id);
    if (!asked_.after) return begin(asked_.unknown ? std::nullopt : std::optional(std::uint64_t{0}));
    const auto found = [self = shared_from_this()](std::optional<std::uint64_t> position) {
        net::dispatch(self->socket_.get_executor(), [self, position] { self->begin(position); });
    };
    context_->feeds.log()->find_event(asked_.thread_id, asked_.after->run_id, asked_.after->seq, found);
}

// A reader says nothing more; what it says all the same is dropped.
void SseSession::watch_peer() {
    socket_.async_read_some(net::buffer(ignored_), [self = shared_from_this()](ErrorCode error, std::size_t) {
        if (error) return self->finish();
        self->watch_peer();
    });
}

void SseSession::begin(std::optional<std::uint64_t> position) {
    if (finished_) return;
    if (!position) tell_gap("unknown position");
    position_ = position.value_or(0);
    begun_ = true;
    feed_->enter(shared_from_this());
    pump();
}

// At once, where this is a thread of the loop: what the feed took in one turn goes out in that turn.
void SseSession::wake() {
    if (woken_.exchange(true)) return;
    net::dispatch(socket_.get_executor(), [self = shared_from_this()] { self->pump(); });
}

void SseSession::take_turn() {
    woken_.store(true);
    net::post(socket_.get_executor(), [self = shared_from_this()] { self->pump(); });
}

void SseSession::tell_gap(std::string_view reason) {
    if (std::exchange(told_gap_, true)) return;
    append_sse_event(text_, {}, "gap", "{\"reason\":\"" + std::string(reason) + "\"}");
}

// Everything of the thread up to here is with the reader.
void SseSession::go_on(std::uint64_t position) {
    position_ = std::max(position_, position);
    live_ = position_ >= feed_->floor();
    if (live_) sent_ = feed_->bytes_at(position_);
}

// Where the feed begins is asked first: an empty page then means that nothing lies before it.
void SseSession::read_history() {
    reading_ = true;
    feed_->past().read(position_, feed_->floor(), [self = shared_from_this()](const SsePast::PagePtr& page) {
        net::post(self->socket_.get_executor(), [self, page] { self->on_page(page); });
    });
}

void SseSession::on_page(const SsePast::PagePtr& page) {
    reading_ = false;
    if (finished_) return;
    if (page->gap_after(position_)) tell_gap("older events are no longer kept");
    text_.append(page->text_after(position_));
    go_on(page->last());
    pump();
}

// As many writes as go through at once; a reader that takes them all lets others have their turn now and then.
void SseSession::pump() {
    woken_.store(false);
    for (int round = 0; !finished_ && feed_ && !busy_; ++round) {
        if (round == kRounds) return take_turn();
        if (!context_->holds(ticket_.login())) {
            end_login();
        } else if (!go_further()) {
            return;
        }
    }
    if (busy_ && live_ && feed_->bytes() - sent_ > context_->limits.sse_queue_bytes) cut_slow();
}

// False: there is nothing to be done now.
bool SseSession::go_further() {
    if (text_.empty()) {
        if (!begun_ && !stopping_) return false;
        if (!live_ && !reading_) go_on(position_);
        if (live_) live_ = feed_->take(position_, kWriteBytes, frames_);
        if (frames_.empty() && !stopping_) {
            if (!live_ && !reading_) read_history();
            return false;
        }
        if (frames_.empty()) return end();
        position_ = frames_.back().position;
        sent_ = frames_.back().end;
    }
    write();
    return true;
}

// Own text first, then frames; all in one gathered write.
void SseSession::write() {
    writing_.swap(text_);
    gathered_.add(writing_);
    for (const auto& frame : frames_) gathered_.add(frame.text);
    ErrorCode error;
    busy_ = !gathered_.start(socket_, error,
                             [self = shared_from_this()](ErrorCode failed) { self->on_written(failed); });
    if (error) return finish();
    if (!busy_) return release();
    write_began_ = std::chrono::steady_clock::now();
}

// A reader that waits keeps no text, and no more room than for what comes next.
void SseSession::release() {
    constexpr std::size_t kept = 4;
    gathered_.clear();
    frames_.clear();
    if (!writing_.empty()) std::string().swap(writing_);
    if (frames_.capacity() > kept) std::vector<SseFrame>().swap(frames_);
}

void SseSession::on_written(ErrorCode error) {
    busy_ = false;
    if (error) return finish();
    release();
    pump();
}

// Now and then: a comment, or the end of a reader that takes nothing.
void SseSession::tick() {
    const auto& limits = context_->limits;
    timer_.arm<&SseSession::on_tick>(std::min(limits.sse_comment_time, limits.write_time) / 2, weak_from_this());
}

void SseSession::on_tick() {
    if (finished_) return;
    const auto now = std::chrono::steady_clock::now();
    if (busy_ && now - write_began_ > context_->limits.write_time) return cut_slow();
    if (!busy_ && now >= comment_at_) {
        comment_at_ = now + context_->limits.sse_comment_time;
        append_sse_comment(text_, "ka");
        pump();
    }
    tick();
}

void SseSession::cut_slow() {
    ++context_->slow_readers;
    log_line(*context_->ports.log, LogLevel::warn, "cut an event stream whose reader is slow; it may resume");
    finish();
}

// The readers are to come back, and not all at the same moment.
bool SseSession::end() {
    if (std::exchange(ending_, true)) {
        finish();
    } else {
        append_sse_parting(text_);
        write();
    }
    return true;
}

// Nothing more is shown; whoever comes back proves itself again. A write that is under way is let end, in its time.
void SseSession::end_login() {
    if (busy_) return;
    if (std::exchange(ending_, true)) return finish();
    ++context_->logins_ended;
    log_line(*context_->ports.log, LogLevel::info, "ended an event stream whose login has ended");
    text_.clear();
    frames_.clear();
    append_sse_event(text_, {}, "auth", R"({"reason":"the login has ended"})");
    write();
}

void SseSession::finish() {
    if (std::exchange(finished_, true)) return;
    if (feed_) feed_->leave(this);
    feed_.reset();
    timer_.disarm();
    ErrorCode ignored;  // it is closed whatever the system says to that
    socket_.shutdown(net::ip::tcp::socket::shutdown_send, ignored);
    socket_.close(ignored);
    ticket_.release();
}

// What was said before the stop is still shown: the end of a run is.
void SseSession::stop() {
    net::post(socket_.get_executor(), [self = shared_from_this()] {
        if (!self->feed_) return;
        self->feed_->catch_up([self] {
            net::post(self->socket_.get_executor(), [self] {
                self->stopping_ = true;
                self->pump();
            });
        });
    });
}

void SseSession::cut() {
    net::post(socket_.get_executor(), [self = shared_from_this()] { self->finish(); });
}

void open_sse_session(Socket socket, StreamRequest asked, ServerContextPtr context, Connections::Ticket ticket) {
    std::make_shared<SseSession>(std::move(socket), std::move(asked), std::move(context), std::move(ticket))
        ->start();
}

}  // namespace cedar::host::http
