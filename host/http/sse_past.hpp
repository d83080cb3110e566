#pragma once
#include "host/ports/thread_log.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::http {

// What lies further back in a thread than its feed, for readers that come back, perhaps all at once: a page is read
// from the log and made into text once for all who want it meanwhile, and kept as long as one of the last few.
// Thread: any.
class SsePast : public std::enable_shared_from_this<SsePast> {
public:
    // The events after a position, as text. Immutable.
    class Page {
    public:
        Page(std::uint64_t after, std::uint64_t floor, const ThreadPage& read);
        // Where a reader is that has all of it. An empty page says that nothing lies before the feed's floor.
        [[nodiscard]] std::uint64_t last() const { return places_.empty() ? floor_ : places_.back().position; }
        [[nodiscard]] bool empty() const { return places_.empty(); }
        // Whether a reader at that position finds here what it wants next.
        [[nodiscard]] bool has_next_of(std::uint64_t position) const;
        // Whether events between that position and this page's are no longer kept.
        [[nodiscard]] bool gap_after(std::uint64_t position) const;
        [[nodiscard]] std::string_view text_after(std::uint64_t position) const;
        [[nodiscard]] std::size_t bytes() const { return text_.size(); }

    private:
        struct Place {
            std::uint64_t position = 0;
            std::size_t begin = 0;  // of its text
        };
        [[nodiscard]] std::vector<Place>::const_iterator next_of(std::uint64_t position) const;

        std::uint64_t after_, floor_;
        bool gap_;
        std::string text_;
        std::vector<Place> places_;
    };
    using PagePtr = std::shared_ptr<const Page>;
    using Done = std::function<void(const PagePtr&)>;

    // `kept_bytes`: of pages that nobody asks for at the moment. `log` outlives it.
    SsePast(const ThreadLog& log, std::int64_t thread_id, std::size_t page_bytes, std::size_t kept_bytes)
        : log_(log), thread_id_(thread_id), page_bytes_(page_bytes), kept_bytes_(kept_bytes) {}

    // A page that has what comes after that position. `floor`: what the feed has begun with, asked before this
    // call. `done` is called once, on any thread, possibly before this returns.
    void read(std::uint64_t after, std::uint64_t floor, Done done);
    // Such a page, where it is kept at the moment; null: read() it.
    [[nodiscard]] PagePtr find(std::uint64_t after);

private:
    [[nodiscard]] PagePtr kept(std::uint64_t after) const;
    void take(std::uint64_t after, std::uint64_t floor, const ThreadPage& read);
    void keep(const PagePtr& page);

    const ThreadLog& log_;
    const std::int64_t thread_id_;
    const std::size_t page_bytes_, kept_bytes_;
    std::mutex mutex_;
    std::deque<PagePtr> kept_;                            // the newest last
    std::size_t bytes_ = 0;                               // of them
    std::map<std::uint64_t, std::vector<Done>> waiting_;  // by where a read that is under way began
};

}  // namespace cedar::host::http
