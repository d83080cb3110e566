#pragma once
#include "host/core/component.hpp"
#include "host/core/json.hpp"
#include "host/loader/catalogue.hpp"
#include "host/loader/log_tap.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/dispatcher.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/runtime/memory_event_log.hpp"
#include "host/runtime/service_table.hpp"
#include "host/runtime/system_clock.hpp"
#include "tests/bad_plugins/bad_plugins.hpp"
#include "tests/support/counting_ids.hpp"
#include "tests/support/event_schema.hpp"
#include "tests/support/fake_store.hpp"
#include "tests/support/held_service.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cedar::host {

using namespace std::chrono_literals;

// How one component ended, as the store was told.
struct Ended {
    std::string status, code, message, detail;
};

struct RunSeen {
    std::vector<EventPtr> events;
    std::map<std::string, Ended> ended;  // by component

    [[nodiscard]] const EventPtr& last() const { return events.back(); }
    [[nodiscard]] std::size_t count(EventType type) const {
        return static_cast<std::size_t>(std::count_if(events.begin(), events.end(),
                                                      [&](const EventPtr& event) { return event->type == type; }));
    }
};

// Keeps what becomes of invocations that a test starts itself.
class Endings final : public InvocationObserver {
public:
    void on_ended(std::size_t slot, ComponentResult result) override {
        const std::lock_guard lock(mutex_);
        EXPECT_TRUE(results_.emplace(slot, std::move(result)).second) << "slot " << slot << " ended twice";
        changed_.notify_all();
    }
    void on_emitted(std::size_t, EmitKind, std::string) override {}

    [[nodiscard]] std::map<std::size_t, ComponentResult> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, 30s, [&] { return results_.size() >= count; }));
        return results_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::size_t, ComponentResult> results_;
};

// The whole way of a plugin: fixture libraries through the catalogue into a real host with real threads, run by a
// real dispatcher. Only the store is a fake.
class ContainmentTest : public testing::Test {
protected:
    static constexpr unsigned kComponentThreads = 2;

    // Loads these fixtures, and the good one and the aggregator with them.
    void open(std::initializer_list<std::string_view> fixtures, runtime::InProcessOptions options = {}) {
        services_.add(held_);
        options.component_threads = kComponentThreads;
        host_ = std::make_unique<runtime::InProcessHost>(control_, services_, tap_, options);
        std::filesystem::create_directories(folder_ / "plugins");
        for (const std::string_view name : fixtures) install(name);
        for (const std::string_view name : {"good", "aggregates"}) install(name);
        load();
    }

    void TearDown() override {
        dispatcher_.reset();
        components_.clear();
        if (host_) {
            EXPECT_TRUE(host_->stop(10s));
        }
        catalogue_.reset();
    }

    [[nodiscard]] RunSeen run(const std::vector<std::string>& components) {
        return wait_for_end(submit(components));
    }

    [[nodiscard]] RunTicket submit(const std::vector<std::string>& components) {
        ChatRequest request;
        request.content = "hello";
        request.components = components;
        return dispatcher_->submit(1, std::move(request));
    }

    [[nodiscard]] RunSeen wait_for_end(const RunTicket& ticket) {
        std::mutex mutex;
        std::condition_variable changed;
        bool woken = false;
        const auto subscription = events_.subscribe(ticket.run_id, [&] {
            const std::lock_guard lock(mutex);
            woken = true;
            changed.notify_all();
        });
        RunSeen seen;
        while (seen.events.empty() || !seen.last()->terminal()) {
            std::unique_lock lock(mutex);
            if (!changed.wait_for(lock, 30s, [&] { return woken; }))
                throw std::runtime_error("the run does not end");
            woken = false;
            lock.unlock();
            const auto news = events_.read(ticket.run_id, seen.events.empty() ? 0 : seen.last()->seq);
            seen.events.insert(seen.events.end(), news.begin(), news.end());
        }
        for (const EventPtr& event : seen.events) EXPECT_TRUE(is_event(event->json));
        seen.ended = endings_of(ticket.run_id);
        return seen;
    }

    // Waits until `holds`; for what no event announces.
    static void eventually(const std::function<bool()>& holds) {
        const auto limit = std::chrono::steady_clock::now() + 30s;
        while (!holds() && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
        EXPECT_TRUE(holds());
    }
    // Nothing runs any more and no thread is held.
    void expect_recovery() {
        eventually([&] { return host_->usage().running == 0 && host_->usage().held_threads == 0; });
        eventually([&] { return host_->usage().component_threads <= kComponentThreads; });
        const auto usage = host_->usage();
        EXPECT_LE(usage.component_threads, kComponentThreads)
            << "running " << usage.running << ", held " << usage.held_threads;
    }

    TempFolder folder_;
    runtime::SystemClock clock_;
    RecordingLog log_;
    loader::LogTap tap_{log_};
    runtime::ControlThread control_{clock_};
    runtime::ServiceTable services_;
    std::shared_ptr<HeldService> held_ = std::make_shared<HeldService>("test.held");
    runtime::MemoryEventLog events_;
    FakeStore store_;
    CountingIds ids_;
    std::unique_ptr<runtime::InProcessHost> host_;
    std::unique_ptr<loader::Catalogue> catalogue_;
    std::map<std::string, ComponentPtr> components_;
    std::unique_ptr<runtime::Dispatcher> dispatcher_;

private:
    void install(std::string_view name) {
        std::filesystem::copy_file(bad_plugin(name), folder_ / "plugins" / (std::string(name) + ".so"));
    }

    void load() {
        loader::CatalogueOptions options;
        options.folders = {folder_ / "plugins"};
        options.cache = folder_ / "cache";
        catalogue_ = std::make_unique<loader::Catalogue>(options, *host_->table(), clock_, tap_);
        SchemaCache schemas;
        std::vector<ComponentPtr> all;
        for (const loader::Plugin& plugin : catalogue_->ready()) {
            for (const Manifest& manifest : plugin.components) {
                auto invoker = host_->make_invoker(*plugin.entry, manifest).value();
                all.push_back(make_component(manifest, std::move(invoker), plugin.file, schemas).value());
                components_[manifest.id] = all.back();
            }
        }
        for (const loader::PluginRecord& record : catalogue_->records()) {
            EXPECT_EQ(record.state, loader::PluginState::ready) << record.file << ": " << record.reason;
        }
        runtime::DispatcherOptions dispatch;
        dispatch.run.aggregator = "fixture.aggregates";
        dispatcher_ =
            std::make_unique<runtime::Dispatcher>(control_, runtime::DispatcherPorts{store_, events_, tap_, ids_},
                                                  dispatch, std::make_shared<const Registry>(std::move(all)));
    }

    [[nodiscard]] std::map<std::string, Ended> endings_of(const std::string& run_id) {
        std::map<std::string, Ended> ended;
        eventually([&] { return outcome_of(run_id) != nullptr; });
        const auto results = parse_json(outcome_of(run_id)->results_json).value();
        for (const JsonValue& entry : results.GetArray()) {
            Ended one;
            one.status = string_member(entry, "status");
            if (const JsonValue* error = find_member(entry, "error"); error != nullptr && error->IsObject()) {
                one.code = string_member(*error, "code");
                one.message = string_member(*error, "message");
                one.detail = string_member(*error, "detail");
            }
            ended[std::string(string_member(entry, "component"))] = one;
        }
        return ended;
    }

    [[nodiscard]] std::shared_ptr<TurnOutcome> outcome_of(const std::string& run_id) {
        for (const TurnOutcome& outcome : store_.outcomes()) {
            if (outcome.run_id == run_id) return std::make_shared<TurnOutcome>(outcome);
        }
        return nullptr;
    }
};

}  // namespace cedar::host
