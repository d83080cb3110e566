#include "host/redis/event_fetcher.hpp"

#include "host/core/event_text.hpp"

#include <hiredis/hiredis.h>

#include <boost/asio/post.hpp>

#include <charconv>
#include <string_view>
#include <utility>

namespace cedar::host::redis {

namespace net = boost::asio;

namespace {

constexpr std::size_t kEntries = 256;                      // at a time
constexpr std::size_t kThreadsMax = 4096;                  // remembered without a watcher
constexpr std::size_t kEventBytes = std::size_t{4} << 20;  // larger ones are no events of a host
constexpr std::string_view kChannelHead = "cedar:thread:", kChannelTail = ":pub";

std::string channel(std::int64_t thread_id) {
    return "cedar:thread:" + std::to_string(thread_id) + ":pub";
}

std::string_view text_of(const redisReply* reply) {
    if (reply == nullptr || reply->str == nullptr) return {};
    return {reply->str, static_cast<std::size_t>(reply->len)};
}

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1) return std::nullopt;
    return value;
}

// An entry is [id, [name, value, …]].
bool is_entry(const redisReply* entry) {
    return entry != nullptr && entry->type == REDIS_REPLY_ARRAY && entry->elements == 2 &&
           entry->element[0]->type == REDIS_REPLY_STRING;
}

std::string_view field(const redisReply* entry, std::string_view name) {
    const auto* fields = entry->element[1];
    if (fields == nullptr || fields->type != REDIS_REPLY_ARRAY) return {};
    for (std::size_t i = 0; i + 1 < fields->elements; i += 2)
        if (text_of(fields->element[i]) == name) return text_of(fields->element[i + 1]);
    return {};
}

}  // namespace

EventFetcher::EventFetcher(net::io_context& io, const RedisOptions& options, ForeignEventSink& sink,
                           RedisState& state, std::shared_ptr<RedisLink> commands,
                           std::shared_ptr<RedisLink> messages)
    : io_(io),
      options_(options),
      sink_(sink),
      state_(state),
      commands_(std::move(commands)),
      messages_(std::move(messages)),
      timer_(io) {}

void EventFetcher::start() {
    poll();
}

// A message may be lost with its connection, or with a full buffer; and a Redis that hangs while nothing is said is
// found by asking it something.
void EventFetcher::poll() {
    timer_.expires_after(options_.poll);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->commands_->command({"PING"}, [](const redisReply*) {});
        self->on_commands_up();
        self->poll();
    });
}

void EventFetcher::watch(std::int64_t thread_id) {
    if (threads_[thread_id].watchers++ == 0) messages_->subscription({"SUBSCRIBE", channel(thread_id)});
    fetch(thread_id);
}

void EventFetcher::unwatch(std::int64_t thread_id) {
    const auto found = threads_.find(thread_id);
    if (found == threads_.end() || --found->second.watchers > 0) return;
    messages_->subscription({"UNSUBSCRIBE", channel(thread_id)});
    forget_idle();
}

// The place in a stream is only a convenience: what is taken twice is known by its run and number.
void EventFetcher::forget_idle() {
    if (threads_.size() <= kThreadsMax) return;
    std::erase_if(threads_, [](const auto& entry) {
        return entry.second.watchers == 0 && !entry.second.busy && entry.second.waiting.empty();
    });
}

void EventFetcher::find_run(const std::string& run_id, Found done) {
    commands_->command({"GET", "cedar:run:" + run_id},
                       [self = shared_from_this(), done = std::move(done)](const redisReply* reply) {
                           const auto thread_id = number_of(text_of(reply));
                           if (!thread_id || reply->type != REDIS_REPLY_STRING) return done(std::nullopt);
                           self->threads_[*thread_id].waiting.push_back(done);
                           self->fetch(*thread_id);
                       });
}

void EventFetcher::on_commands_up() {
    std::vector<std::int64_t> watched;
    for (const auto& [thread_id, thread] : threads_)
        if (thread.watchers > 0) watched.push_back(thread_id);
    for (const auto thread_id : watched) fetch(thread_id);
}

void EventFetcher::on_commands_down() {
    ++turn_;
    std::vector<std::int64_t> all;
    for (auto& [thread_id, thread] : threads_) {
        thread.busy = false;
        all.push_back(thread_id);
    }
    for (const auto thread_id : all) tell(thread_id, false);
}

void EventFetcher::on_messages_up() {
    for (const auto& [thread_id, thread] : threads_)
        if (thread.watchers > 0) messages_->subscription({"SUBSCRIBE", channel(thread_id)});
    on_commands_up();
}

void EventFetcher::on_message(const redisReply* reply) {
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3 || text_of(reply->element[0]) == "unsubscribe")
        return;
    auto name = text_of(reply->element[1]);
    if (!name.starts_with(kChannelHead) || !name.ends_with(kChannelTail)) return;
    name.remove_prefix(kChannelHead.size());
    name.remove_suffix(kChannelTail.size());
    if (const auto thread_id = number_of(name)) fetch(*thread_id);
}

void EventFetcher::fetch(std::int64_t thread_id) {
    auto& thread = threads_[thread_id];
    thread.again = true;
    if (thread.busy) return;
    if (!commands_->up()) return tell(thread_id, false);
    thread.busy = true;
    thread.again = false;
    const auto from = thread.last_id.empty() ? "-" : "(" + thread.last_id;
    commands_->command({"XRANGE", "cedar:thread:" + std::to_string(thread_id) + ":log", from, "+", "COUNT",
                        std::to_string(kEntries)},
                       [self = shared_from_this(), thread_id, turn = turn_](const redisReply* reply) {
                           if (reply != nullptr && turn == self->turn_) self->on_range(thread_id, reply);
                       });
}

void EventFetcher::on_range(std::int64_t thread_id, const redisReply* reply) {
    if (reply->type != REDIS_REPLY_ARRAY) {
        threads_[thread_id].busy = false;  // tried again with the next poll
        return tell(thread_id, false);
    }
    std::vector<EventPtr> events;
    std::string last_id;
    std::uint64_t garbage = 0;
    for (std::size_t i = 0; i < reply->elements; ++i) {
        const auto* entry = reply->element[i];
        if (!is_entry(entry)) continue;
        last_id = text_of(entry->element[0]);
        if (field(entry, "h") == options_.host_name) continue;
        const auto json = field(entry, "e");
        auto event = json.size() > kEventBytes ? nullptr : read_event(std::string(json));
        if (event == nullptr) {
            ++garbage;
        } else {
            events.push_back(std::move(event));
        }
    }
    state_.count(0, events.size(), garbage);
    sink_.take_foreign(
        thread_id, std::move(events),
        [self = shared_from_this(), thread_id, last_id, more = reply->elements == kEntries, turn = turn_] {
            net::post(self->io_, [self, thread_id, last_id, more, turn] {
                if (turn == self->turn_) self->on_taken(thread_id, last_id, more);
            });
        });
}

void EventFetcher::on_taken(std::int64_t thread_id, const std::string& last_id, bool more) {
    auto& thread = threads_[thread_id];
    thread.busy = false;
    if (!last_id.empty()) thread.last_id = last_id;
    if (more || thread.again) return fetch(thread_id);
    tell(thread_id, true);
}

void EventFetcher::tell(std::int64_t thread_id, bool found) {
    const auto waiting = std::exchange(threads_[thread_id].waiting, {});
    for (const auto& done : waiting) done(found ? std::optional(thread_id) : std::nullopt);
}

}  // namespace cedar::host::redis
