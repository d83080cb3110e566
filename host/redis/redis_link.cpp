#include "host/redis/redis_link.hpp"

#include "host/redis/reply_room.hpp"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <sys/ioctl.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <thread>
#include <utility>

namespace cedar::host::redis {

namespace net = boost::asio;

// Ties hiredis to the loop by its five hooks. hiredis owns the socket: it is released, never closed, here. Source:
// hiredis' adapter interface (async.h).
struct RedisLink::Adapter : std::enable_shared_from_this<Adapter> {
    Adapter(net::io_context& io, std::weak_ptr<RedisLink> the_link, redisAsyncContext* made, bool for_messages)
        : link(std::move(the_link)), context(made), gathers(for_messages), socket(io, made->c.fd) {}

    static Adapter& of(void* data) { return *static_cast<Adapter*>(data); }
    static void add_read(void* data) { of(data).want(of(data).read); }
    static void add_write(void* data) { of(data).want(of(data).write); }
    static void del_read(void* data) { of(data).read.wanted = false; }
    static void del_write(void* data) { of(data).write.wanted = false; }
    static void cleanup(void* data) {
        auto& self = of(data);
        if (self.context == nullptr) return;
        self.context = nullptr;
        self.socket.release();
    }

    struct Direction {
        net::posix::stream_descriptor::wait_type type;
        void (*handle)(Adapter&);
        bool wanted = false, waiting = false;
    };
    void want(Direction& direction) {
        direction.wanted = true;
        if (direction.waiting || context == nullptr) return;
        direction.waiting = true;
        socket.async_wait(direction.type, [self = shared_from_this(), &direction](boost::system::error_code error) {
            direction.waiting = false;
            if (error || self->context == nullptr || !direction.wanted) return;
            direction.handle(*self);
            if (self->context != nullptr && direction.wanted) self->want(direction);
        });
    }
    // hiredis reads 16 KiB at a time: what is there by now comes in one turn of the loop. While many messages come
    // and others want this processor they have it first: they make more of them, and few large turns cost less than
    // many small ones.
    void read_all() {
        const auto end = std::chrono::steady_clock::now() + kGather;
        for (int all = 0; context != nullptr && read.wanted;) {
            const int bytes = input();
            if (bytes > 0 || all == 0) redisAsyncHandleRead(context);  // none: the other side is gone
            all += bytes;
            if (all >= kBytesAtOnce || context == nullptr) return;
            if (bytes > kReadBytes) continue;
            if (!gathers || all < kMuch) return;
            if (!let_others(end) && input() == 0) return;
        }
    }
    // False: nobody waits for the processor, or has waited long enough.
    static bool let_others(std::chrono::steady_clock::time_point end) {
        const auto before = std::chrono::steady_clock::now();
        if (before >= end) return false;
        std::this_thread::yield();
        return std::chrono::steady_clock::now() - before > kNobodyRan;
    }
    // Octets that have come.
    [[nodiscard]] int input() const {
        int bytes = 0;
        return ::ioctl(context->c.fd, FIONREAD, &bytes) == 0 ? bytes : 0;
    }
    void attach() {
        context->ev.data = this;
        context->ev.addRead = add_read;
        context->ev.delRead = del_read;
        context->ev.addWrite = add_write;
        context->ev.delWrite = del_write;
        context->ev.cleanup = cleanup;
        context->data = this;
        room.serve(*context->c.reader);
    }

    static constexpr int kReadBytes = 16 * 1024, kBytesAtOnce = 1 << 20, kMuch = 2048;
    static constexpr std::chrono::milliseconds kGather{10};
    static constexpr std::chrono::microseconds kNobodyRan{5};

    std::weak_ptr<RedisLink> link;
    redisAsyncContext* context;
    const bool gathers;  // it is the connection for messages
    ReplyRoom room;
    net::posix::stream_descriptor socket;
    Direction read{net::posix::stream_descriptor::wait_read, [](Adapter& self) { self.read_all(); }};
    Direction write{net::posix::stream_descriptor::wait_write,
                    [](Adapter& self) { redisAsyncHandleWrite(self.context); }};
};

RedisLink::RedisLink(net::io_context& io, Options options, Events events)
    : io_(io),
      options_(std::move(options)),
      events_(std::move(events)),
      retry_timer_(io),
      watch_timer_(io),
      pause_(options_.retry_min, options_.retry_max) {}

RedisLink::~RedisLink() = default;

void RedisLink::start() {
    connect();
    watch();
}

void RedisLink::stop() {
    stopped_ = true;
    retry_timer_.cancel();
    watch_timer_.cancel();
    drop("stopped");
}

void RedisLink::connect() {
    if (stopped_) return;
    connect_began_ = std::chrono::steady_clock::now();
    const auto& url = options_.url;
    auto* const context =
        url.path.empty() ? redisAsyncConnect(url.host.c_str(), url.port) : redisAsyncConnectUnix(url.path.c_str());
    if (context == nullptr) return on_down("out of memory");
    if (context->err != 0) {
        const std::string reason = context->errstr;
        redisAsyncFree(context);
        return on_down(reason);
    }
    // A connection for messages asks nothing: that its other side is gone is found by the system.
    if (url.path.empty()) redisEnableKeepAlive(&context->c);
    adapter_ = std::make_shared<Adapter>(io_, weak_from_this(), context, events_.message != nullptr);
    adapter_->attach();
    // Both callbacks may come when nobody holds the link any more; hiredis frees the context after them.
    redisAsyncSetConnectCallback(context, [](const redisAsyncContext* of, int status) {
        const auto adapter = Adapter::of(of->data).shared_from_this();
        const std::string reason = of->errstr == nullptr ? "" : of->errstr;
        const auto link = adapter->link.lock();
        if (!link || link->adapter_ != adapter) return;
        if (status == REDIS_OK) return link->enter();
        link->on_down(reason);
    });
    redisAsyncSetDisconnectCallback(context, [](const redisAsyncContext* of, int) {
        const auto adapter = Adapter::of(of->data).shared_from_this();
        const std::string reason =
            of->errstr == nullptr || *of->errstr == '\0' ? "it closed the connection" : of->errstr;
        const auto link = adapter->link.lock();
        if (link && link->adapter_ == adapter) link->on_down(reason);
    });
}

// AUTH and SELECT as the URL says, then a PING: only its PONG means that commands will be taken.
void RedisLink::enter() {
    const auto& url = options_.url;
    const auto step = [weak = weak_from_this()](bool last) {
        return [weak, last](const redisReply* reply) {
            if (const auto self = weak.lock()) self->check_entry(reply, last);
        };
    };
    if (!url.password.empty() && url.user.empty()) send({"AUTH", url.password}, step(false));
    if (!url.user.empty()) send({"AUTH", url.user, url.password}, step(false));
    if (url.database != 0) send({"SELECT", std::to_string(url.database)}, step(false));
    send({"PING"}, step(true));
}

void RedisLink::check_entry(const redisReply* reply, bool last) {
    if (reply == nullptr) return;
    if (reply->type == REDIS_REPLY_ERROR) return drop(std::string(reply->str, reply->len), true);
    if (!last || up_) return;
    up_ = true;
    away_ = false;
    pause_.reset();
    if (events_.up) events_.up();
}

void RedisLink::on_down(const std::string& reason, bool refused) {
    adapter_.reset();
    waiting_.clear();
    up_ = false;
    if (stopped_) return;
    if (events_.down) events_.down(reason, refused);
    const auto now = std::chrono::steady_clock::now();
    if (!std::exchange(away_, true)) lost_ = now;
    retry_timer_.expires_after(pause_.next(now - lost_, std::uniform_real_distribution<>(0, 1)(chance_)));
    retry_timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (!error && self && !self->adapter_) self->connect();
    });
}

// The wait ends with an error, which its handler leaves aside.
void RedisLink::hurry() {
    if (stopped_ || adapter_ || !away_) return;
    retry_timer_.cancel();
    connect();
}

// Freeing answers every command with null. A context in the middle of a callback is freed by hiredis after it.
void RedisLink::drop(const std::string& reason, bool refused) {
    const auto adapter = adapter_;
    if (!adapter) return;
    on_down(reason, refused);
    net::post(io_, [adapter] {
        if (adapter->context != nullptr) redisAsyncFree(adapter->context);
    });
}

void RedisLink::watch() {
    watch_timer_.expires_after(options_.timeout / 4);
    watch_timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self || self->stopped_) return;
        const auto now = std::chrono::steady_clock::now();
        const bool connecting = self->adapter_ && !self->up_ && self->waiting_.empty();
        const auto since = connecting               ? self->connect_began_
                           : self->waiting_.empty() ? now
                                                    : self->waiting_.front();
        if (now - since > self->options_.timeout)
            self->drop("no answer within " + std::to_string(self->options_.timeout.count()) + " ms");
        self->watch();
    });
}

void RedisLink::command(const std::vector<std::string>& arguments, Done done) {
    if (!up_) return done(nullptr);
    send(arguments, std::move(done));
}

namespace {

std::pair<std::vector<const char*>, std::vector<std::size_t>> raw(const std::vector<std::string>& arguments) {
    std::pair<std::vector<const char*>, std::vector<std::size_t>> out;
    for (const auto& argument : arguments) {
        out.first.push_back(argument.data());
        out.second.push_back(argument.size());
    }
    return out;
}

}  // namespace

void RedisLink::send(const std::vector<std::string>& arguments, Done done) {
    if (!adapter_ || adapter_->context == nullptr) return done(nullptr);
    auto [values, sizes] = raw(arguments);
    auto* const pending = new std::function<void(const redisReply*)>(  // tidy: allow raw-new (hiredis holds it)
        [weak = weak_from_this(), adapter = std::weak_ptr(adapter_),
         done = std::move(done)](const redisReply* reply) {
            const auto self = weak.lock();
            if (self && self->adapter_ && self->adapter_ == adapter.lock() && !self->waiting_.empty())
                self->waiting_.pop_front();
            done(reply);
        });
    const auto on_reply = [](redisAsyncContext*, void* reply, void* data) {
        const std::unique_ptr<std::function<void(const redisReply*)>> held(
            static_cast<std::function<void(const redisReply*)>*>(data));
        (*held)(static_cast<const redisReply*>(reply));
    };
    waiting_.push_back(std::chrono::steady_clock::now());
    const int code = redisAsyncCommandArgv(adapter_->context, on_reply, pending, static_cast<int>(arguments.size()),
                                           values.data(), sizes.data());
    if (code == REDIS_OK) return;
    waiting_.pop_back();
    const std::unique_ptr<std::function<void(const redisReply*)>> held(pending);
    (*held)(nullptr);
}

void RedisLink::subscription(const std::vector<std::string>& arguments) {
    if (!up_ || !adapter_ || adapter_->context == nullptr) return;
    auto [values, sizes] = raw(arguments);
    const auto on_message = [](redisAsyncContext* context, void* reply, void*) {
        if (reply == nullptr || context->data == nullptr) return;
        const auto link = Adapter::of(context->data).link.lock();
        if (link && link->events_.message) link->events_.message(static_cast<const redisReply*>(reply));
    };
    redisAsyncCommandArgv(adapter_->context, on_message, nullptr, static_cast<int>(arguments.size()), values.data(),
                          sizes.data());
}

}  // namespace cedar::host::redis
