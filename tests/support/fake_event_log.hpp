#pragma once
#include "host/ports/event_log.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace cedar::host {

// An event log in memory that forgets nothing unless told to. Thread: any.
class FakeEventLog final : public EventLog {
public:
    void append(const EventPtr& event) override {
        const std::lock_guard lock(state_->mutex);
        state_->events[event->run_id].push_back(event);
        for (const auto& reader : state_->readers)
            if (reader->run_id == event->run_id) reader->wake();
    }
    [[nodiscard]] std::vector<EventPtr> read(std::string_view run_id, std::uint64_t after_seq) const override {
        if (const auto meanwhile = state_->take_meanwhile()) meanwhile();
        const std::lock_guard lock(state_->mutex);
        std::vector<EventPtr> out;
        const auto found = state_->events.find(run_id);
        if (found == state_->events.end()) return out;
        for (const auto& event : found->second)
            if (event->seq > after_seq) out.push_back(event);
        return out;
    }
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::string_view run_id,
                                                          std::function<void()> wake) override {
        auto reader = std::make_shared<Reader>(Reader{std::string(run_id), std::move(wake)});
        const std::lock_guard lock(state_->mutex);
        state_->readers.push_back(reader);
        if (state_->events.find(run_id) != state_->events.end()) reader->wake();
        return std::make_unique<Held>(state_, reader);
    }

    // Drops the run's events up to this one, as a bounded log does.
    void forget(std::string_view run_id, std::uint64_t up_to_seq) {
        const std::lock_guard lock(state_->mutex);
        std::erase_if(state_->events.find(run_id)->second,
                      [up_to_seq](const EventPtr& event) { return event->seq <= up_to_seq; });
    }
    // Is called once, by the next read, before it reads: what comes while a reader is at it.
    void during_next_read(std::function<void()> meanwhile) {
        const std::lock_guard lock(state_->mutex);
        state_->meanwhile = std::move(meanwhile);
    }
    [[nodiscard]] std::size_t readers() const {
        const std::lock_guard lock(state_->mutex);
        return state_->readers.size();
    }

private:
    struct Reader {
        std::string run_id;
        std::function<void()> wake;
    };
    struct State {
        [[nodiscard]] std::function<void()> take_meanwhile() {
            const std::lock_guard lock(mutex);
            return std::exchange(meanwhile, nullptr);
        }
        std::mutex mutex;
        std::function<void()> meanwhile;
        std::map<std::string, std::vector<EventPtr>, std::less<>> events;
        std::vector<std::shared_ptr<Reader>> readers;
    };
    class Held final : public Subscription {
    public:
        Held(std::shared_ptr<State> state, std::shared_ptr<Reader> reader)
            : state_(std::move(state)), reader_(std::move(reader)) {}
        ~Held() override {
            const std::lock_guard lock(state_->mutex);
            std::erase(state_->readers, reader_);
        }
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;

    private:
        std::shared_ptr<State> state_;
        std::shared_ptr<Reader> reader_;
    };

    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace cedar::host
