#pragma once
#include "host/app/io_threads.hpp"
#include "host/core/redactor.hpp"
#include "host/ports/event_log.hpp"
#include "host/runtime/service_table.hpp"
#include "host/services/llm/llm_chat.hpp"

#include <memory>
#include <string>

namespace cedar::host::app {

class Config;

// llm.chat and llm.capabilities with the loop they run on: one thread, its own. In test mode both answer by rule
// and no thread runs. Thread: the owner's; counters_json() any.
class ModelServices {
public:
    // All references outlive it.
    ModelServices(const Config& config, const Redactor& redactor, const Clock& clock, Log& log);
    ~ModelServices();  // stops

    void add_to(runtime::ServiceTable& table) const;
    // A run has ended: what it may spend is no longer kept. Thread: any.
    void forget_run(std::string_view run_id) const;
    // Ends the loop; calls under way are answered with CEDAR_CANCELLED. Components must have ended or must not
    // mind. Idempotent. Blocking.
    void stop();

    // {"key","test_mode","running","queued","calls","failures","retries","cost_today","breaker"}
    [[nodiscard]] std::string health_json() const;

private:
    const bool has_key_, test_mode_;
    IoThreads loop_;
    std::shared_ptr<services::llm::LlmChat> chat_;  // null in test mode
    std::shared_ptr<Service> chat_service_, capabilities_;
};

// Passes events on and tells the model services of each run's last one.
class RunEndWatch final : public EventLog {
public:
    RunEndWatch(EventLog& real, const ModelServices& models) : real_(real), models_(models) {}
    void append(const EventPtr& event) override {
        real_.append(event);
        if (event->terminal()) models_.forget_run(event->run_id);
    }
    void append_all(std::span<const EventPtr> events) override {
        real_.append_all(events);
        for (const auto& event : events)
            if (event->terminal()) models_.forget_run(event->run_id);
    }
    [[nodiscard]] std::vector<EventPtr> read(std::string_view run_id, std::uint64_t after_seq) const override {
        return real_.read(run_id, after_seq);
    }
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::string_view run_id,
                                                          std::function<void()> wake) override {
        return real_.subscribe(run_id, std::move(wake));
    }

private:
    EventLog& real_;
    const ModelServices& models_;
};

}  // namespace cedar::host::app
