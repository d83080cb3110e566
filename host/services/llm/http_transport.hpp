#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace cedar::host::services::llm {

// What many requests have in common.
struct HttpTarget {
    std::string url;                   // http or https
    std::vector<std::string> headers;  // "Name: value"
    bool get = false;                  // GET instead of POST; no body
    std::chrono::milliseconds connect_timeout{5000};
};

struct HttpHead {
    int status = 0;
    std::string content_type, retry_after, retry_after_ms;
};

// `tls`: the certificate cannot be trusted; another try would find the same.
enum class HttpEnd { complete, connect_timeout, connection, tls, stopped };

// Told what becomes of a transfer, on the loop's thread. `on_end` comes last and exactly once, unless the
// transfer was cancelled: then nothing comes any more.
struct HttpHandlers {
    std::function<void(const HttpHead&)> on_head;
    std::function<bool(std::string_view)> on_data;                  // false: no more wanted; ends as `stopped`
    std::function<void(HttpEnd, const std::string& words)> on_end;  // words: libcurl's own, for the log
};

struct HttpTransportOptions {
    std::size_t connections_max = 1000;         // llm.connections_max: open at once, in all
    std::size_t streams_per_connection = 1000;  // HTTP/2
    std::string ca_file;                        // llm.ca_file: empty: the system's
};

// HTTP transfers on libcurl's multi interface, driven by Asio: no thread a transfer. Keep-alive, HTTP/2 where the
// peer offers it by TLS, certificates verified, no redirects, no proxy but by environment.
// Thread: the io_context's one thread only; the destructor too, or after the loop has ended.
class HttpTransport {
public:
    HttpTransport(boost::asio::io_context& loop, HttpTransportOptions options);
    ~HttpTransport();  // cancels what runs
    HttpTransport(const HttpTransport&) = delete;
    HttpTransport& operator=(const HttpTransport&) = delete;

    using Id = std::uint64_t;
    using TargetId = std::size_t;
    // Keeps it prepared for as long as the transport lives: there are to be few of them.
    [[nodiscard]] TargetId prepare(HttpTarget target);
    // POSTs `body`. Never fails: a request that cannot be made ends as `connection`. Handlers are not called before
    // it returns.
    Id start(TargetId target, std::string body, HttpHandlers handlers);
    // The socket is closed (HTTP/1.1) or the stream reset (HTTP/2) when it returns. Unknown ids are ignored.
    void cancel(Id id);

    [[nodiscard]] std::size_t running() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace cedar::host::services::llm
