#include "host/redis/event_sender.hpp"

#include "host/redis/thread_keys.hpp"

#include <hiredis/hiredis.h>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace cedar::host::redis {

namespace net = boost::asio;

namespace {

constexpr std::size_t kBatchBytes = 256 * 1024;
constexpr std::chrono::milliseconds kRetryAfter{500};

}  // namespace

EventSender::EventSender(net::io_context& io, const RedisOptions& options, ThreadLog& log, RedisState& state,
                         std::shared_ptr<RedisLink> link)
    : io_(io),
      options_(options),
      log_(log),
      state_(state),
      link_(std::move(link)),
      timer_(io),
      published_(log.last_position()) {}

void EventSender::on_news() {
    if (woken_.exchange(true)) return;
    net::post(io_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->pump();
    });
}

bool EventSender::idle() const {
    return !link_->up() || (!busy_ && position_ >= log_.last_position());
}

// A connection that was given up may still be read by a Redis that was only slow: it is closed there first, so that
// no transaction of it comes after the question how far this host is.
void EventSender::on_up() {
    ++turn_;
    busy_ = placed_ = false;
    if (connection_ != 0)
        link_->command({"CLIENT", "KILL", "ID", std::to_string(connection_)}, [](const redisReply*) {});
    link_->command({"CLIENT", "ID"}, [self = shared_from_this()](const redisReply* reply) {
        if (reply != nullptr && reply->type == REDIS_REPLY_INTEGER) self->connection_ = reply->integer;
    });
    read_place();
}

// How far this host's events came is asked of Redis: an answer that was lost changes nothing, and an empty Redis is
// filled anew.
void EventSender::read_place() {
    link_->command({"GET", place_key()}, [self = shared_from_this(), turn = turn_](const redisReply* reply) {
        if (reply != nullptr && turn == self->turn_) self->on_place(reply);
    });
}

void EventSender::on_place(const redisReply* reply) {
    if (reply->type == REDIS_REPLY_ERROR) return retry(std::string(reply->str, reply->len));
    const auto last = log_.last_position();
    std::uint64_t place = 0;
    const bool known = reply->type == REDIS_REPLY_STRING &&
                       std::from_chars(reply->str, reply->str + reply->len, place).ec == std::errc() &&
                       place <= last;
    position_ = known ? place : last - std::min<std::uint64_t>(last, options_.stream_events);
    // What an earlier process made and could not send is published; what it did send is not again.
    if (!std::exchange(placed_once_, true) && known) published_ = std::min(published_, place);
    placed_ = true;
    state_.sent_to(position_);
    state_.up();
    pump();
}

void EventSender::pump() {
    woken_.store(false);
    if (!placed_ || !link_->up()) return;
    again_ = busy_;  // what is being read may have been read before this news
    if (busy_) return;
    busy_ = true;
    log_.read_own(position_, kBatchBytes, [self = shared_from_this(), turn = turn_](ThreadPage page) {
        net::post(self->io_, [self, turn, page = std::move(page)]() mutable {
            if (turn == self->turn_) self->on_page(std::move(page));
        });
    });
}

void EventSender::on_page(ThreadPage page) {
    if (!page.events.empty()) return send(page);
    busy_ = false;
    const bool moved = page.next > position_;
    position_ = std::max(position_, page.next);
    state_.sent_to(position_);
    if (moved || again_) pump();
}

void EventSender::send(const ThreadPage& page) {
    refusal_.clear();
    // An error inside the transaction makes EXEC refuse all of it; the first one says why.
    const auto queued = [self = shared_from_this()](const redisReply* reply) {
        if (reply != nullptr && reply->type == REDIS_REPLY_ERROR && self->refusal_.empty())
            self->refusal_.assign(reply->str, reply->len);
    };
    const auto limit = std::to_string(options_.stream_events);
    link_->command({"MULTI"}, queued);
    for (const auto& [position, thread_id, event, foreign] : page.events) {
        link_->command({"XADD", thread_key(thread_id, kStreamTail), "MAXLEN", "~", limit, "*", "h",
                        options_.host_name, "e", event->json},
                       queued);
        if (position > published_)
            link_->command({"PUBLISH", thread_key(thread_id, kChannelTail), event->json}, queued);
        if (event->seq == 1)
            link_->command({"SET", "cedar:run:" + event->run_id, std::to_string(thread_id), "EX",
                            std::to_string(options_.run_time.count())},
                           queued);
    }
    link_->command({"SET", place_key(), std::to_string(page.next)}, queued);
    link_->command({"EXEC"}, [self = shared_from_this(), turn = turn_, page](const redisReply* reply) {
        if (reply != nullptr && turn == self->turn_) self->on_sent(reply, page);
    });
}

void EventSender::on_sent(const redisReply* reply, const ThreadPage& page) {
    if (reply->type != REDIS_REPLY_ARRAY)
        return retry(refusal_.empty() ? std::string(reply->str == nullptr ? "EXEC failed" : reply->str) : refusal_);
    std::uint64_t refused = 0;  // such as a key of another type: told, and gone on
    std::string why;
    for (std::size_t i = 0; i < reply->elements; ++i) {
        const auto& one = *reply->element[i];
        if (one.type != REDIS_REPLY_ERROR) continue;
        ++refused;
        why.assign(one.str, one.len);
    }
    if (refused > 0) state_.down(why, true);
    state_.count(page.events.size(), 0, 0);
    position_ = page.next;
    published_ = std::max(published_, page.events.back().position);
    state_.sent_to(position_);
    if (refused == 0) state_.up();
    busy_ = false;
    pump();
}

// The same transaction again in a while; the log keeps it.
void EventSender::retry(const std::string& reason) {
    state_.down(reason, true);
    timer_.expires_after(kRetryAfter);
    timer_.async_wait([weak = weak_from_this(), turn = turn_](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self || turn != self->turn_ || !self->link_->up()) return;
        self->busy_ = false;
        if (self->placed_) return self->pump();
        self->read_place();
    });
}

}  // namespace cedar::host::redis
