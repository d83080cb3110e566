#pragma once
#include "host/ports/thread_log.hpp"
#include "host/runtime/thread_event_log.hpp"
#include "tests/support/make_event.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace cedar::host::redis {

// A log in which the first event comes to be after it was read as empty, and before the reader hears of that.
class LateLog final : public ThreadLog {
public:
    explicit LateLog(runtime::ThreadEventLog& of) : of_(of) {}
    void read_thread(std::int64_t thread_id, std::uint64_t after, std::size_t max_bytes,
                     std::function<void(ThreadPage)> done) const override {
        of_.read_thread(thread_id, after, max_bytes, std::move(done));
    }
    void find_event(std::int64_t thread_id, std::string run_id, std::uint64_t seq,
                    std::function<void(std::optional<std::uint64_t>)> done) const override {
        of_.find_event(thread_id, std::move(run_id), seq, std::move(done));
    }
    std::unique_ptr<Subscription> subscribe_thread(std::int64_t thread_id, std::function<void()> wake) override {
        return of_.subscribe_thread(thread_id, std::move(wake));
    }
    ThreadPage read_recent(std::uint64_t after, std::size_t max_events) const override {
        return of_.read_recent(after, max_events);
    }
    void read_own(std::uint64_t after, std::size_t max_bytes, std::function<void(ThreadPage)> done) const override {
        of_.read_own(after, max_bytes, [this, done = std::move(done)](ThreadPage page) {
            if (page.events.empty() && !said_.exchange(true)) of_.append(make_event("a", 1, 7));
            done(std::move(page));
        });
    }
    std::unique_ptr<Subscription> subscribe_all(std::function<void()> wake) override {
        return of_.subscribe_all(std::move(wake));
    }
    std::uint64_t last_position() const override { return of_.last_position(); }

private:
    runtime::ThreadEventLog& of_;
    mutable std::atomic<bool> said_{false};
};

}  // namespace cedar::host::redis
