#pragma once
#include "host/http/sse_past.hpp"
#include "host/ports/thread_log.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cedar::host::http {

// An event as text, or several that follow each other, shared by all who are sent it.
struct SseFrame {
    std::uint64_t position = 0;  // of the last event
    std::uint64_t end = 0;       // octets of the feed up to and with this frame
    std::string_view text;
    std::shared_ptr<const std::string> chunk;  // that the text is a part of
};

// Who is told that a feed has something new. wake() returns at once; it is called on the feed's strand.
class SseReader {
public:
    virtual ~SseReader() = default;
    virtual void wake() = 0;
};

// The newest events of one thread for all its readers: read from the log once, made into text once. It lives as
// long as it has readers. Thread: any.
class SseFeed : public std::enable_shared_from_this<SseFeed> {
public:
    using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;

    SseFeed(ThreadLog& log, std::int64_t thread_id, std::size_t max_bytes, Strand strand);
    void start();

    void enter(const std::shared_ptr<SseReader>& reader);
    void leave(const SseReader* reader);

    // What lies further back.
    [[nodiscard]] SsePast& past() const { return *past_; }
    // All events of the thread behind here are in the feed, as long as the reader is not further behind than its
    // bytes.
    [[nodiscard]] std::uint64_t floor() const;
    [[nodiscard]] std::uint64_t bytes() const;  // made so far
    // False: the reader is behind floor(). Else appends frames after `position`, about `max_bytes` of them; events
    // that lie together in memory are one frame.
    bool take(std::uint64_t position, std::size_t max_bytes, std::vector<SseFrame>& out) const;
    // `done` is called once what the log holds by now is in the feed and its readers have been woken. On the
    // strand.
    void catch_up(std::function<void()> done);
    // Octets that a reader has behind it when it joins at this position.
    [[nodiscard]] std::uint64_t bytes_at(std::uint64_t position) const;

private:
    void on_news();
    void refill();
    void on_page(const ThreadPage& page, std::vector<std::function<void()>> waiting);
    void add(const ThreadPage& page);

    ThreadLog& log_;
    const std::int64_t thread_id_;
    const std::size_t max_bytes_;
    const std::shared_ptr<SsePast> past_;
    Strand strand_;
    std::atomic<bool> woken_{false};
    std::uint64_t read_to_ = 0;                   // strand
    std::vector<std::function<void()>> waiting_;  // strand; for a read that begins after they came

    mutable std::mutex mutex_;
    std::deque<SseFrame> frames_;
    std::uint64_t floor_ = 0, bytes_ = 0;
    std::unordered_map<const SseReader*, std::weak_ptr<SseReader>> readers_;
    std::unique_ptr<Subscription> subscription_;  // last: its wakes use what is above
};

// The feeds of a server, one a thread that has readers. Thread: any.
class SseFeeds {
public:
    // `log` null: there are none. Both outlive it.
    SseFeeds(ThreadLog* log, std::size_t max_bytes, boost::asio::io_context& io)
        : log_(log), max_bytes_(max_bytes), io_(io) {}
    [[nodiscard]] ThreadLog* log() const { return log_; }
    [[nodiscard]] std::shared_ptr<SseFeed> of(std::int64_t thread_id);

private:
    ThreadLog* const log_;
    const std::size_t max_bytes_;
    boost::asio::io_context& io_;
    std::mutex mutex_;
    std::unordered_map<std::int64_t, std::weak_ptr<SseFeed>> feeds_;
    std::size_t sweep_at_ = 64;  // so many, and those without readers are forgotten
};

}  // namespace cedar::host::http
