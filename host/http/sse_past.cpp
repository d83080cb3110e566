#include "host/http/sse_past.hpp"

#include "host/http/sse_text.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::http {

SsePast::Page::Page(std::uint64_t after, std::uint64_t floor, const ThreadPage& read)
    : after_(after), floor_(floor), gap_(read.gap) {
    places_.reserve(read.events.size());
    for (const auto& placed : read.events) {
        places_.push_back({placed.position, text_.size()});
        append_sse_event(text_, *placed.event);
    }
}

std::vector<SsePast::Page::Place>::const_iterator SsePast::Page::next_of(std::uint64_t position) const {
    return std::ranges::partition_point(places_,
                                        [position](const Place& place) { return place.position <= position; });
}

bool SsePast::Page::has_next_of(std::uint64_t position) const {
    return position >= after_ && next_of(position) != places_.end();
}

bool SsePast::Page::gap_after(std::uint64_t position) const {
    return gap_ && next_of(position) == places_.begin();
}

std::string_view SsePast::Page::text_after(std::uint64_t position) const {
    const auto next = next_of(position);
    return next == places_.end() ? std::string_view() : std::string_view(text_).substr(next->begin);
}

SsePast::PagePtr SsePast::find(std::uint64_t after) {
    const std::lock_guard lock(mutex_);
    return kept(after);
}

SsePast::PagePtr SsePast::kept(std::uint64_t after) const {
    const auto found = std::ranges::find_if(kept_, [&](const auto& page) { return page->has_next_of(after); });
    return found == kept_.end() ? nullptr : *found;
}

// Who asks for what another has asked for waits for the same answer.
void SsePast::read(std::uint64_t after, std::uint64_t floor, Done done) {
    PagePtr known;
    {
        const std::lock_guard lock(mutex_);
        known = kept(after);
        if (!known) {
            auto& others = waiting_[after];
            others.push_back(std::move(done));
            if (others.size() > 1) return;
        }
    }
    if (known) return done(known);
    log_.read_thread(
        thread_id_, after, page_bytes_,
        [self = shared_from_this(), after, floor](const ThreadPage& page) { self->take(after, floor, page); });
}

void SsePast::take(std::uint64_t after, std::uint64_t floor, const ThreadPage& read) {
    const auto page = std::make_shared<const Page>(after, floor, read);
    std::vector<Done> all;
    {
        const std::lock_guard lock(mutex_);
        auto waiting = waiting_.extract(after);
        all = std::move(waiting.mapped());
        keep(page);
    }
    for (const auto& done : all) done(page);
}

// An empty page is true of its moment only.
void SsePast::keep(const PagePtr& page) {
    if (page->empty()) return;
    bytes_ += page->bytes();
    kept_.push_back(page);
    while (bytes_ > kept_bytes_) {
        bytes_ -= kept_.front()->bytes();
        kept_.pop_front();
    }
}

}  // namespace cedar::host::http
