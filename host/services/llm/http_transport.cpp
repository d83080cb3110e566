#include "host/services/llm/http_transport.hpp"

#include "host/core/check.hpp"
#include "host/services/llm/http_transfer.hpp"

#include <curl/curl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <unordered_map>

namespace cedar::host::services::llm {

namespace asio = boost::asio;

struct HttpTransport::Impl : std::enable_shared_from_this<HttpTransport::Impl> {
    struct Watch {
        explicit Watch(asio::io_context& loop) : descriptor(loop) {}
        asio::posix::stream_descriptor descriptor;
        int wanted = 0;  // CURL_POLL_IN, _OUT or both; 0: forgotten
        bool reading = false, writing = false;
    };

    Impl(asio::io_context& io, HttpTransportOptions opts) : loop(io), timer(io), options(std::move(opts)) {
        static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
        CEDAR_CHECK(ready == CURLE_OK);
        multi = curl_multi_init();
        CEDAR_CHECK(multi != nullptr);
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
        curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
        curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options.connections_max));
        curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(options.connections_max));
        curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS,
                          static_cast<long>(options.streams_per_connection));
    }

    void close() {
        closed = true;
        timer.cancel();
        while (!transfers.empty()) drop(transfers.begin()->first);
        for (CURL* easy : idle) curl_easy_cleanup(easy);
        idle.clear();
        curl_multi_cleanup(multi);
        for (auto& [fd, watch] : watches) forget(*watch);
        watches.clear();
    }

    static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
        static_cast<Impl*>(self)->watch(fd, what);
        return 0;
    }

    static int on_timer(CURLM*, long wait_ms, void* self) {
        static_cast<Impl*>(self)->arm(wait_ms);
        return 0;
    }

    // libcurl owns the descriptor: it is released, never closed.
    static void forget(Watch& watch) {
        watch.wanted = 0;
        if (watch.descriptor.is_open()) watch.descriptor.release();
    }

    void watch(curl_socket_t fd, int what) {
        auto found = watches.find(fd);
        if (what == CURL_POLL_REMOVE) {
            if (found == watches.end()) return;
            forget(*found->second);
            watches.erase(found);
            return;
        }
        if (found == watches.end()) {
            found = watches.emplace(fd, std::make_shared<Watch>(loop)).first;
            found->second->descriptor.assign(fd);
        }
        found->second->wanted = what;
        wait(fd, found->second);
    }

    void wait(curl_socket_t fd, const std::shared_ptr<Watch>& watch) {
        if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->reading) {
            watch->reading = true;
            watch->descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                                         [self = shared_from_this(), fd, watch](const auto& error) {
                                             watch->reading = false;
                                             self->ready(fd, watch, CURL_CSELECT_IN, static_cast<bool>(error));
                                         });
        }
        if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->writing) {
            watch->writing = true;
            watch->descriptor.async_wait(asio::posix::descriptor_base::wait_write,
                                         [self = shared_from_this(), fd, watch](const auto& error) {
                                             watch->writing = false;
                                             self->ready(fd, watch, CURL_CSELECT_OUT, static_cast<bool>(error));
                                         });
        }
    }

    void ready(curl_socket_t fd, const std::shared_ptr<Watch>& watch, int event, bool failed) {
        if (closed || watch->wanted == 0) return;  // forgotten while the wait was under way
        if ((watch->wanted & (event == CURL_CSELECT_IN ? CURL_POLL_IN : CURL_POLL_OUT)) == 0) return;
        act(fd, failed ? CURL_CSELECT_ERR : event);
        if (!closed && watch->wanted != 0 && !failed) wait(fd, watch);
    }

    void arm(long wait_ms) {
        if (wait_ms < 0) {
            timer.cancel();
            return;
        }
        timer.expires_after(std::chrono::milliseconds(wait_ms));
        timer.async_wait([self = shared_from_this()](const auto& error) {
            if (!error && !self->closed) self->act(CURL_SOCKET_TIMEOUT, 0);
        });
    }

    // Handlers run after libcurl has returned: they may start and cancel transfers.
    void act(curl_socket_t fd, int events) {
        int running = 0;
        curl_multi_socket_action(multi, fd, events, &running);
        finish_done();
    }

    void finish_done() {
        int left = 0;
        std::vector<std::pair<Id, CURLcode>> done;
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
        std::string words = transfer->words[0] != '\0' ? transfer->words : curl_easy_strerror(code);
        release(*transfer);
        if (transfer->handlers.on_end) transfer->handlers.on_end(end, code == CURLE_OK ? std::string{} : words);
    }

    void release(Transfer& transfer) {
        curl_multi_remove_handle(multi, transfer.easy);
        if (idle.size() < options.connections_max) {  // making one costs more than keeping it
            curl_easy_reset(transfer.easy);
            idle.push_back(transfer.easy);
        } else {
            curl_easy_cleanup(transfer.easy);
        }
        transfer.easy = nullptr;
    }

    void drop(Id id) {
        const auto found = transfers.find(id);
        if (found == transfers.end()) return;
        auto transfer = std::move(found->second);
        transfers.erase(found);
        release(*transfer);
    }

    CURL* take_handle() {
        if (idle.empty()) return curl_easy_init();
        CURL* easy = idle.back();
        idle.pop_back();
        return easy;
    }

    asio::io_context& loop;
    asio::steady_timer timer;
    HttpTransportOptions options;
    CURLM* multi = nullptr;
    std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches;
    std::unordered_map<Id, std::unique_ptr<Transfer>> transfers;
    std::vector<CURL*> idle;
    Id next_id = 1;
    bool closed = false;
};

HttpTransport::HttpTransport(asio::io_context& loop, HttpTransportOptions options)
    : impl_(std::make_shared<Impl>(loop, std::move(options))) {}

HttpTransport::~HttpTransport() {
    impl_->close();
}

HttpTransport::Id HttpTransport::start(HttpRequest request, HttpHandlers handlers) {
    auto transfer = std::make_unique<Transfer>();
    const Id id = impl_->next_id++;
    transfer->id = id;
    transfer->easy = impl_->take_handle();
    CEDAR_CHECK(transfer->easy != nullptr);
    transfer->request = std::move(request);
    transfer->handlers = std::move(handlers);
    set_options(*transfer, impl_->options);
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
