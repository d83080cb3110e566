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

constexpr std::size_t kWriteBytes = 128 * 1024;   // gathered for one write
constexpr std::size_t kAtOnceBytes = 256 * 1024;  // a reader that has more to take does so in turns

}  // namespace

void SseSession::start() {
    ticket_.assign(weak_from_this());
    ++context_->streams;
    GatheredWrite::prepare(socket_, context_->limits.sse_silent_time);
    append_sse_head(text_, http_date(context_->ports.clock->now().utc));
    append_sse_comment(text_, "ok");
    append_sse_retry(text_, static_cast<std::uint32_t>(context_->limits.sse_retry_time.count()));
    tell_degraded();
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

void SseSession::tell_gap(std::string_view reason) {
    if (std::exchange(told_gap_, true)) return;
    append_sse_event(text_, {}, "gap", "{\"reason\":\"" + std::string(reason) + "\"}");
}

// That what other hosts say may be late: when it begins, and when it is over.
void SseSession::tell_degraded() {
    if (!context_->ports.degraded) return;
    const auto reason = context_->ports.degraded();
    if (reason.empty() != degraded_) return;
    degraded_ = !degraded_;
    append_sse_event(text_, {}, "degraded",
                     degraded_ ? R"({"degraded":true,"reason":")" + reason + "\"}" : R"({"degraded":false})");
}

// Everything of the thread up to here is with the reader.
void SseSession::move_to(std::uint64_t position) {
    position_ = std::max(position_, position);
    live_ = position_ >= feed_->floor();
    if (live_) sent_ = feed_->bytes_at(position_);
}

// One page, or one write, for one of those who have much to take.
void SseSession::ask_turn() {
    if (std::exchange(waiting_, true)) return;
    context_->turns->ask(socket_.get_executor(), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->take_turn();
    });
}

void SseSession::take_turn() {
    waiting_ = false;
    go_on(true);
}

// Where the feed begins is asked first: an empty page then means that nothing lies before it.
void SseSession::read_history() {
    const auto floor = feed_->floor();
    auto& past = feed_->past();
    if (auto page = past.find(position_)) return show(std::move(page));
    reading_ = true;
    past.read(position_, floor,
              [self = shared_from_this()](const SsePast::PagePtr& page) { self->ask_to_show(page); });
}

// From whatever thread read it. All who waited for it have their turns one after the other.
void SseSession::ask_to_show(SsePast::PagePtr page) {
    context_->turns->ask(socket_.get_executor(), [weak = weak_from_this(), page = std::move(page)] {
        const auto self = weak.lock();
        if (!self || self->finished_) return;
        self->reading_ = false;
        if (!self->busy_) self->show(page);  // else it asks again when it has written
        self->go_on(false);
    });
}

void SseSession::show(SsePast::PagePtr page) {
    if (page->gap_after(position_)) tell_gap("older events are no longer kept");
    page_text_ = page->text_after(position_);
    page_ = std::move(page);
    move_to(page_->last());
}

void SseSession::pump() {
    woken_.store(false);
    go_on(false);
}

// What there is, in as many writes as go through at once; who has more to take than others wait for takes it in
// turns.
void SseSession::go_on(bool in_turn) {
    while (!finished_ && feed_ && !busy_) {
        if (!context_->holds(ticket_.login())) {
            end_login();
        } else if (!go_further(in_turn)) {
            return;
        }
        in_turn = false;
    }
    if (busy_ && live_ && feed_->bytes() - sent_ > context_->limits.sse_queue_bytes) cut_slow();
}

// False: there is nothing to be done now.
bool SseSession::go_further(bool in_turn) {
    if (text_.empty() && page_text_.empty()) {
        if ((!begun_ && !stopping_) || waiting_) return false;
        take_more(in_turn);
        if (frames_.empty() && page_text_.empty()) return stopping_ && !waiting_ && end();
        if (!frames_.empty()) {
            position_ = frames_.back().position;
            sent_ = frames_.back().end;
        }
    }
    write();
    return true;
}

// Who is far behind when the server stops is not shown the rest: it may come back for it.
void SseSession::take_more(bool in_turn) {
    if (reading_) return;
    if (!live_) move_to(position_);
    if (live_ && !in_turn && feed_->bytes() - sent_ > kAtOnceBytes) return ask_turn();
    if (live_) live_ = feed_->take(position_, kWriteBytes, frames_);
    if (live_ || stopping_) return;
    in_turn ? read_history() : ask_turn();
}

// Own text first, then a page or frames; all in one gathered write.
void SseSession::write() {
    writing_.swap(text_);
    gathered_.add(writing_);
    gathered_.add(page_text_);
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
    page_text_ = {};
    page_.reset();
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
    if (!busy_) tell_degraded();
    if (!busy_ && now >= comment_at_) {
        comment_at_ = now + context_->limits.sse_comment_time;
        append_sse_comment(text_, "ka");
    }
    if (!text_.empty()) pump();
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
    page_text_ = {};
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
