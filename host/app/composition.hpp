#pragma once
#include "host/app/component_set.hpp"
#include "host/app/config.hpp"
#include "host/app/model_services.hpp"
#include "host/app/run_metrics.hpp"
#include "host/core/redactor.hpp"
#include "host/http/server.hpp"
#include "host/metrics/prometheus_meter.hpp"
#include "host/redis/redis_events.hpp"
#include "host/runtime/dispatcher.hpp"
#include "host/runtime/event_body_store.hpp"
#include "host/runtime/random_ids.hpp"
#include "host/runtime/redacting_ports.hpp"
#include "host/runtime/service_table.hpp"
#include "host/runtime/thread_event_log.hpp"
#include "host/store/event_archive.hpp"
#include "host/store/sqlite_store.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cedar::host::app {

// What becomes of what a large event carries: kept apart and referred to, where somebody can fetch it, or left in
// it.
enum class LargeEvents { referred, whole };

// Everything but the edge, built from the configuration: `serve` and `ask` run the same. Thread: the parts' own;
// made and stopped by one thread.
class Composition {
public:
    // Opens the store and brings the components up. Errors as SqliteStore::open. All arguments outlive
    // it. Blocking.
    [[nodiscard]] static Result<std::unique_ptr<Composition>> make(const Config& config, const Redactor& redactor,
                                                                   Clock& clock, Log& log, LargeEvents large);
    ~Composition();
    Composition(const Composition&) = delete;
    Composition& operator=(const Composition&) = delete;

    [[nodiscard]] const Config& config() const { return config_; }
    [[nodiscard]] Log& log() { return log_; }
    [[nodiscard]] Clock& clock() { return clock_; }
    [[nodiscard]] IdSource& ids() { return ids_; }
    [[nodiscard]] Store& store() { return redacted_store_; }
    [[nodiscard]] EventLog& events() { return events_; }
    [[nodiscard]] ThreadLog& threads() { return events_; }
    [[nodiscard]] const EventBodies& bodies() const { return bodies_; }
    [[nodiscard]] Runs& runs() { return runs_; }
    [[nodiscard]] const ComponentSet& components() const { return components_; }
    [[nodiscard]] std::string components_json() const {
        const std::lock_guard lock(components_json_mutex_);
        return components_json_;
    }
    [[nodiscard]] std::string plugins_json() const;  // for GET /api/plugins, as it stands now
    // From now on, changes in the plugin folders count for the next run.
    void watch_plugins();
    // For GET /healthz: status, runs going on, components, component threads that are held. Thread: any.
    [[nodiscard]] std::string health_json() const;
    // Shares events with other hosts through the configured Redis, if there is one; without it being there, too.
    // Before the edge begins. Error invalid_argument: redis.url.
    [[nodiscard]] Result<void> share_events();
    // For GET /readyz: each part with a word. Thread: any.
    [[nodiscard]] std::vector<http::ServerPorts::Part> parts() const;
    // Why what other hosts say may be late; empty: it is not.
    [[nodiscard]] std::string degraded() const;
    [[nodiscard]] Meter& meter() { return meter_; }
    [[nodiscard]] runtime::ControlThread& control() { return components_.control(); }

    // First part of a stop: refuses new runs, lets those going on finish for `run.drain_ms`, cancels the rest, each
    // with its terminal event. True: all ended by themselves. Blocking.
    bool drain();
    // Second part: ends the component threads, closes the store. False: a component still holds a thread; then the
    // process must end without destroying this. Blocking.
    [[nodiscard]] bool close();

private:
    Composition(const Config& config, const Redactor& redactor, Clock& clock, Log& log,
                std::unique_ptr<store::SqliteStore> store, std::unique_ptr<store::SqliteEventArchive> archive,
                LargeEvents large);

    const Config& config_;
    const Redactor& redactor_;
    Clock& clock_;
    Log& log_;
    metrics::PrometheusMeter meter_;
    RunMetrics run_log_;
    runtime::RandomIds ids_;
    std::unique_ptr<store::SqliteEventArchive> archive_;
    runtime::ThreadEventLog events_;
    std::unique_ptr<redis::RedisEvents> redis_;  // null: there is none
    runtime::EventBodyStore bodies_;
    runtime::ReferringEventLog referring_;
    std::unique_ptr<store::SqliteStore> store_;
    ModelServices models_;
    // Whatever a run writes goes through these: no key gets further.
    RunEndWatch watched_events_;
    runtime::RedactingEventLog redacted_events_;
    runtime::RedactingStore redacted_store_;
    runtime::ServiceTable services_;
    ComponentSet components_;
    mutable std::mutex components_json_mutex_;
    std::string components_json_;
    runtime::Dispatcher dispatcher_;
    runtime::RedactingRuns runs_;
};

// The services that components may ask for, except those of the store and of models. Thread: any.
void add_services(runtime::ServiceTable& table, const Config& config, Log& log);

}  // namespace cedar::host::app
