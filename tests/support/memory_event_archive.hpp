#pragma once
#include "host/ports/event_archive.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace cedar::host {

// An archive in memory, answering at once. Thread: any.
class MemoryEventArchive final : public EventArchive {
public:
    void keep(std::span<const PlacedEvent> events) override {
        const std::lock_guard lock(mutex_);
        for (const auto& event : events) {
            if (event.thread_id != 0 && event.event->seq == 1) {
                std::erase_if(events_, [&](const PlacedEvent& one) {
                    return one.thread_id == 0 && one.event->run_id == event.event->run_id;
                });
            }
            events_.push_back(event);
        }
    }
    void read_run(std::string run_id, std::uint64_t after_seq,
                  std::function<void(EventLog::RunPage)> done) override {
        EventLog::RunPage page;
        for (const auto& one : events()) {
            if (one.event->run_id != run_id) continue;
            page = {true, one.event->terminal(), one.event->project_id, one.event->seq, std::move(page.events)};
            if (one.event->seq > after_seq && page.events.size() < page_events) page.events.push_back(one.event);
        }
        done(std::move(page));
    }
    void read_thread(std::int64_t thread_id, std::uint64_t after, std::uint64_t until, std::size_t max_bytes,
                     std::function<void(ThreadPage)> done) override {
        done(select(after, until, max_bytes, [&](const PlacedEvent& one) { return one.thread_id == thread_id; }));
    }
    void read_own(std::uint64_t after, std::uint64_t until, std::size_t max_bytes,
                  std::function<void(ThreadPage)> done) override {
        done(select(after, until, max_bytes,
                    [](const PlacedEvent& one) { return one.thread_id != 0 && !one.foreign; }));
    }
    void find_event(std::int64_t thread_id, std::string run_id, std::uint64_t seq,
                    std::function<void(std::optional<std::uint64_t>)> done) override {
        std::optional<std::uint64_t> position;
        for (const auto& one : events())
            if (one.thread_id == thread_id && one.event->run_id == run_id && one.event->seq == seq)
                position = one.position;
        done(position);
    }
    [[nodiscard]] std::uint64_t last_position() const override {
        const auto all = events();
        return all.empty() ? 0 : all.back().position;
    }
    [[nodiscard]] std::vector<OpenRun> open_runs() const override { return open; }
    [[nodiscard]] std::string name() const override { return "0123456789abcdef"; }

    [[nodiscard]] std::vector<PlacedEvent> events() const {
        const std::lock_guard lock(mutex_);
        return events_;
    }

    std::vector<OpenRun> open;
    std::size_t page_events = 1000;

private:
    template <class Wanted>
    [[nodiscard]] ThreadPage select(std::uint64_t after, std::uint64_t until, std::size_t max_bytes,
                                    Wanted wanted) const {
        ThreadPage page;
        page.next = std::max(after, until);
        std::size_t bytes = 0;
        for (const auto& one : events()) {
            if (one.position <= after || one.position > until || !wanted(one)) continue;
            if (bytes >= max_bytes) {
                page.next = page.events.back().position;
                break;
            }
            bytes += one.event->json.size();
            page.events.push_back(one);
        }
        return page;
    }

    mutable std::mutex mutex_;
    std::vector<PlacedEvent> events_;
};

}  // namespace cedar::host
