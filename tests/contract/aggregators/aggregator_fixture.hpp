#pragma once
#include "host/runtime/control_thread.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/runtime/service_table.hpp"
#include "host/runtime/system_clock.hpp"
#include "host/services/services.hpp"
#include "tests/support/plugin_file.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run_driver.hpp"
#include "tests/support/scripted_model.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace cedar::host {

// What an invocation emitted and how it ended, in order, for the thread that drives the run.
class Ends final : public InvocationObserver {
public:
    void on_ended(std::size_t slot, ComponentResult result) override {
        const std::lock_guard lock(mutex_);
        ends_.emplace(slot, std::move(result));
        changed_.notify_all();
    }
    void on_emitted(std::size_t slot, EmitKind kind, std::string json) override {
        const std::lock_guard lock(mutex_);
        emitted_.push_back({slot, kind, std::move(json)});
    }
    struct Emitted {
        std::size_t slot;
        EmitKind kind;
        std::string json;
    };
    ComponentResult wait_for(std::size_t slot, std::vector<Emitted>& emitted) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ends_.contains(slot); });
        emitted = std::move(emitted_);
        emitted_.clear();
        return ends_.at(slot);
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::size_t, ComponentResult> ends_;
    std::vector<Emitted> emitted_;
};

// A run of the real core with components from real libraries in this process; models, store and time are the
// test's.
class AggregatorFixture : public testing::Test {
protected:
    explicit AggregatorFixture(bool json_schema = true) {
        services.add(model);
        services.add(std::make_shared<FixedAbilities>(json_schema));
        services.add(services::make_prompt_render(CEDAR_PROMPTS_DIR, log));
    }

    ComponentPtr load(const std::string& id, std::string_view config = {}) {
        const test::PluginFile file(std::string(CEDAR_PLUGINS_DIR) + "/" + id + ".so");
        auto manifest = parse_manifest(file.manifest());
        if (!manifest) throw std::runtime_error(manifest.error().message);
        const auto& entry = file.entry();
        if (entry.init(host.table()) != CEDAR_OK) throw std::runtime_error(id + ": init failed");
        auto& facts = manifest->components.at(0);
        auto invoker = host.make_invoker(entry, facts, config);
        if (!invoker) throw std::runtime_error(invoker.error().message);
        SchemaCache cache;
        auto made = make_component(facts, *invoker, id, cache);
        if (!made) throw std::runtime_error(made.error().message);
        return *made;
    }

    // A run of these components, all the way to its end. `aggregator` is the last of them.
    RunDriver& run(std::vector<ComponentPtr> components, const std::string& question) {
        RunLimits limits;
        limits.aggregator = components.back()->manifest.id;
        ChatRequest request;
        request.content = question;
        driver = std::make_unique<RunDriver>(std::move(components), request, limits);
        driver->submit();
        driver->prepare({});
        std::size_t done = 0;
        while (!driver->ended() && done < driver->started().size()) play(driver->started().at(done++));
        if (!driver->saves().empty() && !driver->ended()) driver->save();
        return *driver;
    }

    void play(const StartInvocation& start) {
        StartInvocation real = start;
        real.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        const auto ends = std::make_shared<Ends>();
        start.component->invoker->start({&real, 1}, scope, ends);
        std::vector<Ends::Emitted> emitted;
        auto result = ends->wait_for(start.slot, emitted);
        for (const auto& one : emitted) driver->emit(one.slot, one.kind, one.json);
        driver->end(start.slot, std::move(result));
    }

    [[nodiscard]] std::size_t count(const std::string& line) const {
        const auto all = driver->sequence();
        return static_cast<std::size_t>(std::count(all.begin(), all.end(), line));
    }

    runtime::SystemClock clock;
    runtime::ControlThread control{clock};
    runtime::ServiceTable services;
    RecordingLog log;
    std::shared_ptr<ScriptedModel> model = std::make_shared<ScriptedModel>();
    runtime::InProcessHost host{control, services, log, {}};
    std::shared_ptr<const InvocationScope> scope =
        std::make_shared<const InvocationScope>(InvocationScope{7, 8, 9, "run", "user"});
    std::unique_ptr<RunDriver> driver;
};

}  // namespace cedar::host
