#pragma once
#include "host/core/component.hpp"
#include "host/core/registry.hpp"
#include "host/ports/event_log.hpp"
#include "host/ports/log.hpp"
#include "host/ports/store.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/dispatcher.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/runtime/memory_event_log.hpp"
#include "host/runtime/random_ids.hpp"
#include "host/runtime/service_table.hpp"
#include "host/runtime/system_clock.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cedar::bench {

class SilentLog final : public host::Log {
public:
    void write(const host::LogRecord&) override {}
};

// Answers at once: what is measured is the host, not the disk.
class EmptyStore final : public host::Store {
public:
    void list_projects(Done<std::vector<host::Project>> done) override { done(std::vector<host::Project>{}); }
    void find_project(std::int64_t id, Done<host::Project> done) override { done(host::Project{id, "bench", ""}); }
    void find_project_by_title(std::string title, Done<host::Project> done) override {
        done(host::Project{1, std::move(title), ""});
    }
    void create_project(std::string title, Done<host::Project> done) override {
        done(host::Project{1, std::move(title), ""});
    }
    void open_turn(host::TurnRequest, Done<host::Turn> done) override {
        host::Turn turn;
        turn.branch_id = turn.thread_id = 1;
        done(std::move(turn));
    }
    void close_turn(host::TurnOutcome, Done<void> done) override { done(host::Result<void>{}); }
    void search(host::SearchQuery, Done<std::vector<host::Passage>> done) override {
        done(std::vector<host::Passage>{});
    }
};

// Passes events on and notes when each came.
class TimedLog final : public host::EventLog {
public:
    struct Entry {
        host::EventPtr event;
        host::SteadyTime at;
        [[nodiscard]] bool component_result() const {
            return event->json.find("\"function\":\"component_result\"") != std::string::npos;
        }
        [[nodiscard]] bool timeout() const {
            return event->json.find("\"status\":\"timeout\"") != std::string::npos;
        }
    };
    void append(const host::EventPtr& event) override { append_all({&event, 1}); }
    void append_all(std::span<const host::EventPtr> events) override;
    [[nodiscard]] std::vector<host::EventPtr> read(std::string_view run_id,
                                                   std::uint64_t after_seq) const override {
        return log_.read(run_id, after_seq);
    }
    [[nodiscard]] std::unique_ptr<host::Subscription> subscribe(std::string_view run_id,
                                                                std::function<void()> wake) override {
        return log_.subscribe(run_id, std::move(wake));
    }
    // Waits for the terminal event of `run_id`; the entries of all runs since the last call.
    std::vector<Entry> wait_for_end(const std::string& run_id);

private:
    host::runtime::MemoryEventLog log_;
    std::mutex mutex_;
    std::vector<Entry> entries_;
};

// The real runtime with a log and a store that cost nothing.
class BenchHost {
public:
    BenchHost();
    ~BenchHost();
    BenchHost(const BenchHost&) = delete;
    BenchHost& operator=(const BenchHost&) = delete;

    // So many components, each with an instance of its own: `kind`0, `kind`1 …
    [[nodiscard]] std::vector<host::ComponentPtr> make(const std::string& kind, std::size_t count,
                                                       std::chrono::milliseconds limit);
    // A dispatcher over these and an aggregator that answers at once. Its events go to `to`, or else to `events`.
    [[nodiscard]] std::unique_ptr<host::runtime::Dispatcher> dispatch(std::vector<host::ComponentPtr> components,
                                                                      host::EventLog* to = nullptr);

    SilentLog log;
    EmptyStore store;
    TimedLog events;
    host::runtime::SystemClock clock;
    host::runtime::RandomIds ids;
    host::runtime::ServiceTable services;
    host::runtime::ControlThread control{clock};
    std::unique_ptr<host::runtime::InProcessHost> components;
};

}  // namespace cedar::bench
