#include "host/services/llm/http_transport.hpp"

#include "host/core/check.hpp"
#include "host/services/llm/http_transfer.hpp"
#include "host/services/llm/socket_set.hpp"

#include <curl/curl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <unordered_map>

namespace cedar::host::services::llm {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;

struct HttpTransport::Impl : std::enable_shared_from_this<HttpTransport::Impl> {
    // What follows on a turn, also when one of its handlers threw.
    struct Turn {
        explicit Turn(Impl& of) : impl(of) { impl.in_turn = true; }
        ~Turn() {
            impl.in_turn = false;
            impl.arm();
        }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        Impl& impl;
    };
    struct Rewatch {
        explicit Rewatch(Impl& of) : impl(of) {}
        ~Rewatch() {
            if (!impl.closed) impl.watch();
        }
        Rewatch(const Rewatch&) = delete;
        Rewatch& operator=(const Rewatch&) = delete;
        Impl& impl;
    };

    Impl(asio::io_context& io, HttpTransportOptions opts)
        : loop(io), timer(io), sockets(io), options(std::move(opts)) {
        static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
        CEDAR_CHECK(ready == CURLE_OK);
        multi = curl_multi_init();
        CEDAR_CHECK(multi != nullptr);
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
        curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
        curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
        curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options.connections_max));
        curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(options.connections_max));
        curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS,
                          static_cast<long>(options.streams_per_connection));
    }

    void close() {
        closed = true;
        timer.cancel();
        sockets.stop();
        while (!transfers.empty()) drop(transfers.begin()->first);
        idle.clear();
        curl_multi_cleanup(multi);
    }

    static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
        static_cast<Impl*>(self)->sockets.want(fd, what == CURL_POLL_IN || what == CURL_POLL_INOUT,
                                               what == CURL_POLL_OUT || what == CURL_POLL_INOUT);
        return 0;
    }

    static int on_timer(CURLM*, long wait_ms, void* user) {
        auto& self = *static_cast<Impl*>(user);
        self.due.reset();
        if (wait_ms >= 0) self.due = SteadyClock::now() + std::chrono::milliseconds(wait_ms);
        self.arm();
        return 0;
    }

    static curl_socket_t on_open(void* self, curlsocktype, curl_sockaddr* address) {
        return static_cast<Impl*>(self)->sockets.open(address->family, address->socktype, address->protocol);
    }

    static int on_close(void* self, curl_socket_t fd) { return static_cast<Impl*>(self)->sockets.close(fd); }

    void watch() {
        sockets.when_ready([weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self || self->closed) return;
            const Rewatch then(*self);
            self->turn();
        });
    }

    // All that is to be done now, in one go; what it leaves is left to the next turn, so that others have theirs.
    void turn() {
        const Turn now(*this);
        int running = 0;
        for (const auto& ready : sockets.take()) {
            const int events = (ready.read ? CURL_CSELECT_IN : 0) | (ready.write ? CURL_CSELECT_OUT : 0);
            curl_multi_socket_action(multi, ready.fd, events, &running);
        }
        if (due && *due <= SteadyClock::now()) {
            due.reset();
            curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
        }
        finish_done();
    }

    void turn_soon() {
        if (std::exchange(turn_posted, true)) return;
        asio::post(loop, [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self || self->closed) return;
            self->turn_posted = false;
            self->turn();
        });
    }

    // A timer that is set already for an earlier time stays: it finds out when it ends.
    void arm() {
        if (closed || in_turn || !due) return;
        if (*due <= SteadyClock::now()) return turn_soon();
        if (armed && *armed <= *due) return;
        armed = due;
        timer.expires_at(*due);
        timer.async_wait([weak = weak_from_this()](const auto& error) {
            const auto self = weak.lock();
            if (error || !self || self->closed) return;
            self->armed.reset();
            self->arm();
        });
    }

    // Handlers run after libcurl has returned: they may start and cancel transfers.
    void finish_done() {
        int left = 0;
        done.clear();
        while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            char* user = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
            done.emplace_back(reinterpret_cast<Transfer*>(user)->id, message->data.result);
        }
        for (const auto& [id, code] : done) finish(id, code);
    }

    void finish(Id id, CURLcode code) {
        const auto found = transfers.find(id);
        if (found == transfers.end()) return;  // cancelled by a handler of another one
        auto transfer = std::move(found->second);
        transfers.erase(found);
        if (code == CURLE_OK) tell_head(*transfer);
        const auto end = end_of(*transfer, code);
        std::string words;
        if (code != CURLE_OK) words = transfer->words[0] != '\0' ? transfer->words : curl_easy_strerror(code);
        const auto on_end = std::move(transfer->handlers.on_end);
        release(std::move(transfer));
        if (on_end) on_end(end, words);
    }

    void release(std::unique_ptr<Transfer> transfer) {
        curl_multi_remove_handle(multi, transfer->easy);
        auto& resting = idle[transfer->target];
        if (closed || resting.size() >= options.connections_max) return;
        transfer->rest();
        resting.push_back(std::move(transfer));
    }

    void drop(Id id) {
        const auto found = transfers.find(id);
        if (found == transfers.end()) return;
        auto transfer = std::move(found->second);
        transfers.erase(found);
        release(std::move(transfer));
    }

    std::unique_ptr<Transfer> take(TargetId target) {
        auto& resting = idle[target];
        if (!resting.empty()) {
            auto transfer = std::move(resting.back());
            resting.pop_back();
            return transfer;
        }
        auto transfer = std::make_unique<Transfer>(target, !targets[target]->what.get);
        CEDAR_CHECK(transfer->easy != nullptr);
        set_options(*transfer, *targets[target], options);
        curl_easy_setopt(transfer->easy, CURLOPT_OPENSOCKETFUNCTION, &Impl::on_open);
        curl_easy_setopt(transfer->easy, CURLOPT_OPENSOCKETDATA, this);
        curl_easy_setopt(transfer->easy, CURLOPT_CLOSESOCKETFUNCTION, &Impl::on_close);
        curl_easy_setopt(transfer->easy, CURLOPT_CLOSESOCKETDATA, this);
        return transfer;
    }

    asio::io_context& loop;
    asio::steady_timer timer;
    SocketSet sockets;
    HttpTransportOptions options;
    CURLM* multi = nullptr;
    std::optional<SteadyClock::time_point> due, armed;  // libcurl's timer; what ours is set to
    bool in_turn = false, turn_posted = false, closed = false;
    std::vector<std::unique_ptr<PreparedTarget>> targets;
    std::unordered_map<Id, std::unique_ptr<Transfer>> transfers;
    std::vector<std::vector<std::unique_ptr<Transfer>>> idle;  // by target: making one costs more than keeping it
    std::vector<std::pair<Id, CURLcode>> done;
    Id next_id = 1;
};

HttpTransport::HttpTransport(asio::io_context& loop, HttpTransportOptions options)
    : impl_(std::make_shared<Impl>(loop, std::move(options))) {
    impl_->watch();
}

HttpTransport::~HttpTransport() {
    impl_->close();
}

HttpTransport::TargetId HttpTransport::prepare(HttpTarget target) {
    impl_->targets.push_back(std::make_unique<PreparedTarget>(std::move(target)));
    impl_->idle.emplace_back();
    return impl_->targets.size() - 1;
}

HttpTransport::Id HttpTransport::start(TargetId target, std::string body, HttpHandlers handlers) {
    CEDAR_CHECK(target < impl_->targets.size());
    auto transfer = impl_->take(target);
    const Id id = impl_->next_id++;
    transfer->begin(id, std::move(body), std::move(handlers));
    CURL* easy = transfer->easy;
    impl_->transfers.emplace(id, std::move(transfer));
    // Its first step is taken by libcurl's timer, so not before this function has returned.
    if (curl_multi_add_handle(impl_->multi, easy) != CURLM_OK) {
        asio::post(impl_->loop, [impl = impl_, id] {
            if (!impl->closed) impl->finish(id, CURLE_FAILED_INIT);
        });
    }
    return id;
}

void HttpTransport::cancel(Id id) {
    impl_->drop(id);
}

std::size_t HttpTransport::running() const {
    return impl_->transfers.size();
}

}  // namespace cedar::host::services::llm
