#include "host/redis/event_fetcher.hpp"

#include "host/redis/stream_entries.hpp"
#include "host/redis/thread_keys.hpp"

#include <hiredis/hiredis.h>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace cedar::host::redis {

namespace net = boost::asio;

namespace {

constexpr std::size_t kThreadsAtOnce = 128;  // read with one command
constexpr std::size_t kEntries = 1024;       // of all of them together, about
constexpr std::size_t kEntriesLeast = 16;    // of each
constexpr std::size_t kThreadsMax = 4096;    // remembered without a watcher
constexpr std::size_t kToldMax = 4096;       // messages taken together

}  // namespace

EventFetcher::EventFetcher(net::io_context& io, const RedisOptions& options, ForeignEventSink& sink,
                           RedisState& state, std::shared_ptr<RedisLink> commands,
                           const std::shared_ptr<RedisLink>& messages)
    : io_(io),
      options_(options),
      sink_(sink),
      state_(state),
      commands_(std::move(commands)),
      channels_(std::make_shared<Channels>(io, messages)),
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
    if (threads_[thread_id].watchers++ == 0) channels_->join(thread_id);
    fetch(thread_id);
}

void EventFetcher::unwatch(std::int64_t thread_id) {
    const auto found = threads_.find(thread_id);
    if (found == threads_.end() || --found->second.watchers > 0) return;
    channels_->leave(thread_id);
    remember(thread_id);
}

// The place in a stream is only a convenience: what is taken twice is known by its run and number. One that is
// busy when its time has come is remembered anew once it is not.
void EventFetcher::remember(std::int64_t thread_id) {
    const auto may_forget = [](const Thread& thread) {
        return thread.watchers == 0 && thread.state == State::idle && thread.waiting.empty();
    };
    const auto rests = threads_.find(thread_id);
    if (rests == threads_.end() || !may_forget(rests->second)) return;
    remembered_.push_back(thread_id);
    if (remembered_.size() <= kThreadsMax) return;
    const auto oldest = threads_.find(remembered_.front());
    remembered_.pop_front();
    if (oldest != threads_.end() && may_forget(oldest->second)) threads_.erase(oldest);
}

void EventFetcher::find_run(const std::string& run_id, Found done) {
    commands_->command({"GET", "cedar:run:" + run_id},
                       [self = shared_from_this(), done = std::move(done)](const redisReply* reply) {
                           if (reply == nullptr || reply->type == REDIS_REPLY_ERROR) return done({{}, false});
                           const auto thread_id = number_of(text_of(reply));
                           if (!thread_id || reply->type != REDIS_REPLY_STRING) return done({});
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
    due_.clear();
    asking_ = false;
    std::vector<std::int64_t> all;
    for (auto& [thread_id, thread] : threads_) {
        thread.state = State::idle;
        all.push_back(thread_id);
    }
    for (const auto thread_id : all) tell(thread_id, false);
}

void EventFetcher::on_messages_up() {
    channels_->on_up();
    on_commands_up();
}

// While a thread is read, or is about to be, its messages may be of what is being read.
void EventFetcher::on_message(const redisReply* reply) {
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3 || text_of(reply->element[0]) == "unsubscribe")
        return;
    const auto thread_id = thread_of(text_of(reply->element[1]), kChannelTail);
    if (!thread_id) return;
    const auto found = threads_.find(*thread_id);
    if (found == threads_.end()) return;  // who read it has left
    auto event = found->second.state == State::idle ? event_of(*thread_id, text_of(reply->element[2])) : nullptr;
    if (event == nullptr) return fetch(*thread_id);
    told_.push_back({*thread_id, std::move(event)});
    if (told_.size() == 1) {
        net::post(io_, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->take_told();
        });
    } else if (told_.size() == kToldMax) {
        take_told();
    }
}

// A thread that came to be read since it was told of is read once more.
void EventFetcher::take_told() {
    auto told = std::exchange(told_, {});
    std::erase_if(told, [this](const ForeignEvent& one) {
        const auto found = threads_.find(one.thread_id);
        const bool idle = found == threads_.end() || found->second.state == State::idle;
        if (!idle) fetch(one.thread_id);
        return !idle;
    });
    const auto next = sink_.take_next(told);
    state_.count(0, next.taken, 0);
    for (const auto thread_id : next.unclear) fetch(thread_id);
}

void EventFetcher::fetch(std::int64_t thread_id) {
    auto& thread = threads_[thread_id];
    if (thread.state == State::due) return;
    thread.again = true;
    if (thread.state == State::asked) return;
    if (!commands_->up()) return tell(thread_id, false);
    thread.state = State::due;
    due_.push_back(thread_id);
    if (asking_) return;
    asking_ = true;  // for all that this turn of the loop brings
    net::post(io_, [weak = weak_from_this(), turn = turn_] {
        const auto self = weak.lock();
        if (self && turn == self->turn_) self->ask();
    });
}

// Which threads the next command reads: a thread whose key made a command fail goes alone.
std::vector<std::int64_t> EventFetcher::take_due() {
    std::vector<std::int64_t> out;
    while (!due_.empty() && out.size() < kThreadsAtOnce) {
        auto& thread = threads_[due_.front()];
        if (thread.alone && !out.empty()) break;
        out.push_back(due_.front());
        due_.pop_front();
        thread.state = State::asked;
        thread.again = false;
        if (thread.alone) break;
    }
    return out;
}

// One command at a time: what becomes due meanwhile goes together with the next.
void EventFetcher::ask() {
    const auto threads = take_due();
    asking_ = !threads.empty();
    if (threads.empty()) return;
    const auto count = std::max(kEntriesLeast, kEntries / threads.size());
    std::vector<std::string> command{"XREAD", "COUNT", std::to_string(count), "STREAMS"};
    for (const auto thread_id : threads) command.push_back(thread_key(thread_id, kStreamTail));
    for (const auto thread_id : threads) {
        const auto& last_id = threads_[thread_id].last_id;
        command.push_back(last_id.empty() ? "0" : last_id);
    }
    commands_->command(command, [self = shared_from_this(), threads, count, turn = turn_](const redisReply* reply) {
        if (reply == nullptr || turn != self->turn_) return;
        self->on_read(threads, reply, count);
        self->ask();
    });
}

void EventFetcher::on_read(const std::vector<std::int64_t>& threads, const redisReply* reply, std::size_t count) {
    if (reply->type == REDIS_REPLY_ERROR) return on_refused(threads);
    std::unordered_set<std::int64_t> with_news;
    for (std::size_t i = 0; i < reply->elements; ++i) {
        const auto* stream = reply->element[i];
        if (!is_stream(stream)) continue;
        const auto thread_id = thread_of(text_of(stream->element[0]), kStreamTail);
        if (thread_id && with_news.insert(*thread_id).second) on_entries(*thread_id, stream->element[1], count);
    }
    for (const auto thread_id : threads)
        if (!with_news.contains(thread_id)) on_taken(thread_id, {}, false);
}

// Such as a key of another type: who it is shows when each is read alone. That one is tried again with the next
// poll.
void EventFetcher::on_refused(const std::vector<std::int64_t>& threads) {
    for (const auto thread_id : threads) {
        auto& thread = threads_[thread_id];
        thread.state = threads.size() > 1 ? State::due : State::idle;
        thread.alone = true;
        if (threads.size() > 1) {
            due_.push_back(thread_id);
        } else {
            tell(thread_id, false);
        }
    }
}

void EventFetcher::on_entries(std::int64_t thread_id, const redisReply* entries, std::size_t count) {
    auto taken = read_entries(*entries, thread_id, options_.host_name, sink_);
    state_.count(0, taken.events.size(), taken.garbage);
    sink_.take_foreign(thread_id, std::move(taken.events),
                       [self = shared_from_this(), thread_id, last_id = taken.last_id,
                        more = entries->elements == count, turn = turn_] {
                           net::dispatch(self->io_, [self, thread_id, last_id, more, turn] {
                               if (turn == self->turn_) self->on_taken(thread_id, last_id, more);
                           });
                       });
}

void EventFetcher::on_taken(std::int64_t thread_id, const std::string& last_id, bool more) {
    auto& thread = threads_[thread_id];
    thread.state = State::idle;
    thread.alone = false;
    if (!last_id.empty()) thread.last_id = last_id;
    if (more || thread.again) return fetch(thread_id);
    tell(thread_id, true);
}

void EventFetcher::tell(std::int64_t thread_id, bool found) {
    const auto told = threads_.find(thread_id);
    if (told == threads_.end()) return;
    const auto waiting = std::exchange(told->second.waiting, {});
    const auto place = found ? RemoteEvents::Place{thread_id, true} : RemoteEvents::Place{{}, false};
    for (const auto& done : waiting) done(place);
    remember(thread_id);
}

}  // namespace cedar::host::redis
