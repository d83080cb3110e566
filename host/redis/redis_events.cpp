#include "host/redis/redis_events.hpp"

#include "host/redis/event_fetcher.hpp"
#include "host/redis/event_sender.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <pthread.h>

#include <future>
#include <thread>
#include <utility>

namespace cedar::host::redis {

namespace net = boost::asio;

struct RedisEvents::Impl : std::enable_shared_from_this<Impl> {
    Impl(RedisOptions given, ThreadLog& the_log, ForeignEventSink& the_sink, Log& lines)
        : options(std::move(given)), log(the_log), sink(the_sink), state(options.url.place(), lines) {}

    void start();
    void drain(std::chrono::steady_clock::time_point until, std::promise<void>& done);
    std::shared_ptr<RedisLink> link(RedisLink::Events events) {
        return std::make_shared<RedisLink>(
            io, RedisLink::Options{options.url, options.timeout, std::chrono::milliseconds(100), options.retry_max},
            std::move(events));
    }

    const RedisOptions options;
    ThreadLog& log;
    ForeignEventSink& sink;
    RedisState state;
    net::io_context io{1};
    net::executor_work_guard<net::io_context::executor_type> work{io.get_executor()};
    std::shared_ptr<RedisLink> commands, messages;
    std::shared_ptr<EventSender> sender;
    std::shared_ptr<EventFetcher> fetcher;
    std::unique_ptr<Subscription> news;
    net::steady_timer drain_timer{io};
    std::thread thread;
    bool stopped = false;  // the owner's thread
};

// The connection for messages may do nothing else, as Redis' protocol has it.
void RedisEvents::Impl::start() {
    commands = link({[this] {
                         messages->hurry();
                         sender->on_up();
                         fetcher->on_commands_up();
                     },
                     [this](const std::string& reason, bool refused) {
                         state.down(reason, refused);
                         fetcher->on_commands_down();
                     },
                     nullptr});
    messages = link({[this] {
                         commands->hurry();
                         fetcher->on_messages_up();
                     },
                     nullptr, [this](const redisReply* reply) { fetcher->on_message(reply); }});
    sender = std::make_shared<EventSender>(io, options, log, state, commands);
    fetcher = std::make_shared<EventFetcher>(io, options, sink, state, commands, messages);
    news = log.subscribe_all([weak = std::weak_ptr(sender)] {
        if (const auto to = weak.lock()) to->on_news();
    });
    thread = std::thread([this] {
        pthread_setname_np(pthread_self(), "cedar-redis");
        commands->start();
        messages->start();
        fetcher->start();
        io.run();
    });
}

void RedisEvents::Impl::drain(std::chrono::steady_clock::time_point until, std::promise<void>& done) {
    if (sender->idle() || std::chrono::steady_clock::now() >= until) {
        commands->stop();
        messages->stop();
        // What they have ended is given back by the loop, before this: both are put into its queue from within.
        return net::post(io, [&done] { done.set_value(); });
    }
    drain_timer.expires_after(std::chrono::milliseconds(5));
    drain_timer.async_wait([this, until, &done](boost::system::error_code) { drain(until, done); });
}

RedisEvents::RedisEvents(RedisOptions options, ThreadLog& log, ForeignEventSink& sink, Log& lines)
    : impl_(std::make_shared<Impl>(std::move(options), log, sink, lines)) {
    impl_->start();
}

RedisEvents::~RedisEvents() {
    stop(std::chrono::milliseconds(0));
}

void RedisEvents::stop(std::chrono::milliseconds limit) {
    if (std::exchange(impl_->stopped, true)) return;
    std::promise<void> drained;
    net::post(impl_->io, [impl = impl_.get(), limit, &drained] {
        impl->drain(std::chrono::steady_clock::now() + limit, drained);
    });
    drained.get_future().wait();
    impl_->news.reset();
    impl_->io.stop();
    impl_->thread.join();
}

namespace {

class Watch final : public Subscription {
public:
    explicit Watch(std::function<void()> leave) : leave_(std::move(leave)) {}
    ~Watch() override { leave_(); }

private:
    std::function<void()> leave_;
};

}  // namespace

std::unique_ptr<Subscription> RedisEvents::watch(std::int64_t thread_id) {
    net::post(impl_->io, [impl = impl_.get(), thread_id] { impl->fetcher->watch(thread_id); });
    return std::make_unique<Watch>([weak = std::weak_ptr(impl_), thread_id] {
        const auto impl = weak.lock();
        if (impl) net::post(impl->io, [of = impl.get(), thread_id] { of->fetcher->unwatch(thread_id); });
    });
}

void RedisEvents::find_run(std::string run_id, std::function<void(Place)> done) {
    net::post(impl_->io, [impl = impl_.get(), run_id = std::move(run_id), done = std::move(done)] {
        impl->fetcher->find_run(run_id, done);
    });
}

RedisEvents::Health RedisEvents::health() const {
    return impl_->state.health(impl_->log.last_position());
}

}  // namespace cedar::host::redis
