#include "host/http/sse_feed.hpp"

#include "host/http/sse_text.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;

namespace {

constexpr std::size_t kPageBytes = 256 * 1024;
constexpr std::size_t kPastPageBytes = 32 * 1024;  // that a reader that comes back holds at a time
constexpr std::size_t kChunkBytes = 64 * 1024;     // of text that is kept, or let go, as a whole

// Texts one after the other. Views of them stay good: a chunk never grows beyond the room it was made with.
class Chunks {
public:
    explicit Chunks(std::size_t expected) : room_(std::min(expected, kChunkBytes)) {}
    SseFrame add(std::string_view text) {
        if (!open_ || open_->capacity() - open_->size() < text.size()) {
            open_ = std::make_shared<std::string>();
            open_->reserve(std::max(text.size(), room_));
        }
        const auto at = open_->size();
        open_->append(text);
        return {0, 0, std::string_view(*open_).substr(at), open_};
    }

private:
    const std::size_t room_;
    std::shared_ptr<std::string> open_;
};

// What the events of a page come to as text, about.
std::size_t size_of(const ThreadPage& page) {
    constexpr std::size_t around = 64;
    std::size_t size = 0;
    for (const auto& placed : page.events) size += placed.event->json.size() + around;
    return size;
}

}  // namespace

SseFeed::SseFeed(ThreadLog& log, std::int64_t thread_id, std::size_t max_bytes, Strand strand)
    : log_(log),
      thread_id_(thread_id),
      max_bytes_(max_bytes),
      past_(std::make_shared<SsePast>(log, thread_id, kPastPageBytes, max_bytes)),
      strand_(std::move(strand)) {}

// Subscribed before it looks where the log ends, so that nothing falls in between.
void SseFeed::start() {
    subscription_ = log_.subscribe_thread(thread_id_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->on_news();
    });
    const auto last = log_.last_position();
    {
        const std::lock_guard lock(mutex_);
        floor_ = last;
    }
    net::post(strand_, [self = shared_from_this(), last] {
        self->read_to_ = last;
        self->refill();
    });
}

void SseFeed::on_news() {
    if (woken_.exchange(true)) return;
    net::post(strand_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->refill();
    });
}

void SseFeed::catch_up(std::function<void()> done) {
    net::post(strand_, [self = shared_from_this(), done = std::move(done)]() mutable {
        self->waiting_.push_back(std::move(done));
        self->on_news();
    });
}

// The flag goes down before the read, so that an event that comes meanwhile puts it up again.
void SseFeed::refill() {
    woken_.store(false);
    log_.read_thread(
        thread_id_, read_to_, kPageBytes,
        [self = shared_from_this(), waiting = std::exchange(waiting_, {})](const ThreadPage& page) mutable {
            net::dispatch(self->strand_, [self, page, waiting = std::move(waiting)]() mutable {
                self->on_page(page, std::move(waiting));
            });
        });
}

// Who waits has it all once there is nothing more; till then it waits for the next page.
void SseFeed::on_page(const ThreadPage& page, std::vector<std::function<void()>> waiting) {
    add(page);
    if (page.all || page.events.empty()) {
        for (const auto& done : waiting) done();
    } else {
        std::ranges::move(waiting, std::back_inserter(waiting_));
        on_news();
    }
}

void SseFeed::add(const ThreadPage& page) {
    if (page.events.empty() || page.next <= read_to_) return;
    std::vector<std::shared_ptr<SseReader>> readers;
    {
        const std::lock_guard lock(mutex_);
        Chunks chunks(size_of(page));
        std::string text;
        for (const auto& placed : page.events) {
            if (placed.position <= read_to_) continue;
            text.clear();
            append_sse_event(text, *placed.event);
            bytes_ += text.size();
            auto& frame = frames_.emplace_back(chunks.add(text));
            frame.position = placed.position;
            frame.end = bytes_;
        }
        while (frames_.size() > 1 && bytes_ - frames_.front().end > max_bytes_) {
            floor_ = frames_.front().position;
            frames_.pop_front();
        }
        for (const auto& [key, weak] : readers_)
            if (auto reader = weak.lock()) readers.push_back(std::move(reader));
    }
    read_to_ = page.next;
    for (const auto& reader : readers) reader->wake();
}

void SseFeed::enter(const std::shared_ptr<SseReader>& reader) {
    const std::lock_guard lock(mutex_);
    readers_[reader.get()] = reader;
}

void SseFeed::leave(const SseReader* reader) {
    const std::lock_guard lock(mutex_);
    readers_.erase(reader);
}

std::uint64_t SseFeed::floor() const {
    const std::lock_guard lock(mutex_);
    return floor_;
}

std::uint64_t SseFeed::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

bool SseFeed::take(std::uint64_t position, std::size_t max_bytes, std::vector<SseFrame>& out) const {
    const std::lock_guard lock(mutex_);
    if (position < floor_) return false;
    auto at = std::ranges::partition_point(
        frames_, [position](const SseFrame& frame) { return frame.position <= position; });
    const auto first = out.size();
    for (std::size_t bytes = 0; at != frames_.end() && bytes < max_bytes; ++at) {
        bytes += at->text.size();
        if (out.size() > first && out.back().chunk == at->chunk) {
            auto& before = out.back();
            before = {at->position, at->end, {before.text.data(), before.text.size() + at->text.size()}, at->chunk};
        } else {
            out.push_back(*at);
        }
    }
    return true;
}

std::uint64_t SseFeed::bytes_at(std::uint64_t position) const {
    const std::lock_guard lock(mutex_);
    const auto next = std::ranges::partition_point(
        frames_, [position](const SseFrame& frame) { return frame.position <= position; });
    return next == frames_.end() ? bytes_ : next->end - next->text.size();
}

std::shared_ptr<SseFeed> SseFeeds::of(std::int64_t thread_id) {
    const std::lock_guard lock(mutex_);
    if (feeds_.size() >= sweep_at_) {
        std::erase_if(feeds_, [](const auto& entry) { return entry.second.expired(); });
        sweep_at_ = 64 + 2 * feeds_.size();
    }
    auto& known = feeds_[thread_id];
    if (auto feed = known.lock()) return feed;
    auto feed = std::make_shared<SseFeed>(*log_, thread_id, max_bytes_, net::make_strand(io_));
    known = feed;
    feed->start();
    return feed;
}

}  // namespace cedar::host::http
