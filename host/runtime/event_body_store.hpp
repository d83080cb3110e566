#pragma once
#include "host/core/event_reference.hpp"
#include "host/ports/event_bodies.hpp"
#include "host/ports/event_log.hpp"

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cedar::host::runtime {

struct EventBodyLimits {
    std::size_t inline_bytes = std::size_t{64} << 10;  // of an event; what makes it larger is referred to
    std::size_t bodies = 4096;
    std::size_t bytes = std::size_t{64} << 20;  // of all bodies
};

// Bodies by their hash, in memory: the oldest goes when a bound is reached; equal ones are kept once. A body that
// is larger than all may be is not taken. Thread: any.
class EventBodyStore final : public EventBodies {
public:
    explicit EventBodyStore(EventBodyLimits limits = {}) : limits_(limits) {}

    [[nodiscard]] std::optional<BodyReference> keep(std::string body);
    [[nodiscard]] std::shared_ptr<const std::string> find(std::string_view sha256) const override;

    [[nodiscard]] const EventBodyLimits& limits() const { return limits_; }
    struct Usage {
        std::size_t bodies = 0, bytes = 0;
    };
    [[nodiscard]] Usage usage() const;

private:
    void forget_oldest();

    const EventBodyLimits limits_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const std::string>> bodies_;
    std::deque<std::string> order_;  // oldest first
    std::size_t bytes_ = 0;
};

// An event log in front of the real one: large events go on with references. Put behind what redacts, so that
// bodies are clean. Ownership: both outlive it. Thread: any.
class ReferringEventLog final : public EventLog {
public:
    ReferringEventLog(EventLog& real, EventBodyStore& bodies) : real_(real), bodies_(bodies) {}

    void append(const EventPtr& event) override { append_all({&event, 1}); }
    void append_all(std::span<const EventPtr> events) override;
    [[nodiscard]] std::vector<EventPtr> read(std::string_view run_id, std::uint64_t after_seq) const override {
        return real_.read(run_id, after_seq);
    }
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::string_view run_id,
                                                          std::function<void()> wake) override {
        return real_.subscribe(run_id, std::move(wake));
    }

private:
    EventLog& real_;
    EventBodyStore& bodies_;
};

}  // namespace cedar::host::runtime
