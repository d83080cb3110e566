#pragma once
#include "host/core/component.hpp"
#include "host/loader/inspection.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/service_table.hpp"
#include "host/runtime/system_clock.hpp"
#include "host/worker/spawner.hpp"
#include "host/worker/worker_host.hpp"
#include "tests/bad_plugins/bad_plugins.hpp"
#include "tests/support/held_service.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cedar::host::worker {

using namespace std::chrono_literals;

// Keeps what becomes of invocations; an end that comes twice fails the test.
class Seen final : public InvocationObserver {
public:
    void on_ended(std::size_t slot, ComponentResult result) override {
        const std::lock_guard lock(mutex_);
        EXPECT_TRUE(results_.emplace(slot, std::move(result)).second) << "slot " << slot << " ended twice";
        changed_.notify_all();
    }
    void on_emitted(std::size_t, EmitKind, std::string json) override {
        const std::lock_guard lock(mutex_);
        emitted_.push_back(std::move(json));
    }
    void on_given_up(std::size_t slot, GivenUp how, std::string why) override {
        const std::lock_guard lock(mutex_);
        EXPECT_EQ(how, GivenUp::killed);
        EXPECT_FALSE(results_.contains(slot)) << "slot " << slot << " had ended";
        given_up_[slot] = std::move(why);
    }
    [[nodiscard]] std::string given_up(std::size_t slot) {
        const std::lock_guard lock(mutex_);
        return given_up_[slot];
    }
    [[nodiscard]] ComponentResult wait_for(std::size_t slot) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, 60s, [&] { return results_.contains(slot); })) {
            ADD_FAILURE() << "slot " << slot << " does not end";
            return {};
        }
        return results_[slot];
    }
    [[nodiscard]] std::vector<std::string> emitted() {
        const std::lock_guard lock(mutex_);
        return emitted_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::size_t, ComponentResult> results_;
    std::vector<std::string> emitted_;
    std::map<std::size_t, std::string> given_up_;
};

// A real host of workers, real processes, real libraries.
class WorkerTest : public testing::Test {
protected:
    void SetUp() override { services_.add(held_); }
    void TearDown() override {
        if (host_) host_->stop(10s);
    }

    [[nodiscard]] WorkerOptions options() const {
        WorkerOptions made;
        made.temp_folder = folder_ / "temp";
        made.breaker.failures = 0;
        made.quarantine_crashes = 0;
        return made;
    }
    void open(WorkerOptions options) {
        host_ = std::make_unique<WorkerHost>(spawner_, control_, services_, log_, std::move(options),
                                             [this](const WorkerPlugin& plugin, const std::string& reason) {
                                                 const std::lock_guard lock(mutex_);
                                                 quarantined_.emplace_back(plugin.file, reason);
                                             });
    }
    void open() { open(options()); }

    [[nodiscard]] static WorkerPlugin plugin(std::string_view fixture) {
        WorkerPlugin made;
        made.file = std::string(fixture) + ".so";
        made.copy = bad_plugin(fixture).string();
        made.sha256 = std::string(64, 'a');
        const auto found = loader::inspect_file(made.copy).value();
        for (const Manifest& manifest : found.manifest->components) {
            made.components.push_back({manifest, {}});
        }
        return made;
    }
    // Its components, in the order of the manifest.
    std::vector<ComponentPtr> add(WorkerPlugin made) {
        std::vector<ComponentPtr> out;
        const auto items = made.components;
        const auto invokers = host_->add(std::move(made));
        for (std::size_t i = 0; i < items.size(); ++i) {
            out.push_back(make_component(items[i].manifest, invokers[i], "file", schemas_).value());
        }
        return out;
    }

    void start(const ComponentPtr& component, std::size_t slot, const std::string& body = "{}",
               std::chrono::milliseconds limit = 60s) {
        const StartInvocation one{slot, component, std::make_shared<const std::string>(body),
                                  std::chrono::steady_clock::now() + limit};
        component->invoker->start({&one, 1}, scope_, seen_);
    }
    [[nodiscard]] static std::string order(const std::string& what) { return R"({"do":")" + what + R"("})"; }
    // Starts it and waits for its end.
    ComponentResult run(const ComponentPtr& component, const std::string& what) {
        start(component, ++slot_, order(what));
        return seen_->wait_for(slot_);
    }
    static void eventually(const std::function<bool()>& holds) {
        const auto limit = std::chrono::steady_clock::now() + 60s;
        while (!holds() && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
        EXPECT_TRUE(holds());
    }

    TempFolder folder_;
    runtime::SystemClock clock_;
    runtime::ControlThread control_{clock_};
    runtime::ServiceTable services_;
    RecordingLog log_;
    std::shared_ptr<HeldService> held_ = std::make_shared<HeldService>("test.held");
    std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
    std::shared_ptr<const InvocationScope> scope_ =
        std::make_shared<const InvocationScope>(InvocationScope{7, 8, 9, "run", "user"});
    SchemaCache schemas_;
    std::mutex mutex_;
    std::vector<std::pair<std::string, std::string>> quarantined_;
    std::size_t slot_ = 1000;
    Spawner spawner_{CEDAR_WORKER_CHILD};
    std::unique_ptr<WorkerHost> host_;
};

}  // namespace cedar::host::worker
