#pragma once
#include "host/core/component.hpp"
#include "host/ports/invoker.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/runtime/sanitizer_fibers.hpp"
#include "host/runtime/service_table.hpp"
#include "host/runtime/system_clock.hpp"
#include "tests/support/held_service.hpp"
#include "tests/support/make_component.hpp"
#include "tests/support/native_components.hpp"
#include "tests/support/recording_log.hpp"

#include <cedar/abi.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cedar::host::runtime {

using namespace std::chrono_literals;

inline cedar_view view(std::string_view text) {
    return {text.data(), text.size()};
}
inline std::string text_of(cedar_view bytes) {
    return {bytes.data, bytes.size};
}

// Keeps what becomes of invocations.
class Outcomes final : public InvocationObserver {
public:
    struct Emitted {
        std::size_t slot;
        EmitKind kind;
        std::string json;
    };

    void on_ended(std::size_t slot, ComponentResult result) override {
        const std::lock_guard lock(mutex_);
        ends_.emplace(slot, std::move(result));
        ended_at_.emplace(slot, std::chrono::steady_clock::now());
        changed_.notify_all();
    }
    void on_emitted(std::size_t slot, EmitKind kind, std::string json) override {
        const std::lock_guard lock(mutex_);
        emitted_.push_back({slot, kind, std::move(json)});
        changed_.notify_all();
    }

    // Waits until so many have ended; the results by slot. More than one end of a slot is seen by the count.
    std::multimap<std::size_t, ComponentResult> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ends_.size() >= count; });
        return ends_;
    }
    ComponentResult wait_for_slot(std::size_t slot) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ends_.contains(slot); });
        return ends_.find(slot)->second;
    }
    [[nodiscard]] std::size_t ended() {
        const std::lock_guard lock(mutex_);
        return ends_.size();
    }
    std::vector<Emitted> emitted() {
        const std::lock_guard lock(mutex_);
        return emitted_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<std::size_t, ComponentResult> ends_;
    std::map<std::size_t, SteadyTime> ended_at_;
    std::vector<Emitted> emitted_;
};

// A real host, real threads, real clock; components are functions of the test behind the C boundary.
class InProcessFixture : public ::testing::Test {
protected:
    using Invoke = std::function<cedar_status(cedar_invocation, const cedar_request&)>;

    // Instrumented code is so slow that it would be taken for a hog.
    static InProcessOptions test_options() {
        InProcessOptions options;
        options.component_threads = 2;
        if (kSanitized) options.hog_limit = 200ms;
        return options;
    }
    void open(const InProcessOptions& options = test_options()) {
        host = std::make_unique<InProcessHost>(control, services, log, options);
        table = host->table();
    }
    void SetUp() override {
        services.add(held);
        open();
    }

    template <class Change>
    ComponentPtr make(const std::string& id, Invoke invoke, Change change, cedar_entry entry = native_entry()) {
        auto native = std::make_shared<NativeComponent>();
        native->invoke = std::move(invoke);
        return make_native(id, std::move(native), change, entry);
    }
    template <class Change>
    ComponentPtr make_native(const std::string& id, std::shared_ptr<NativeComponent> native, Change change,
                             cedar_entry entry = native_entry()) {
        NativeComponents::all().add(id, std::move(native));
        const auto plain = make_test_component(id, change);
        auto invoker = host->make_invoker(entry, plain->manifest);
        if (!invoker) throw std::logic_error(invoker.error().message);
        return make_test_component(id, change, *invoker);
    }
    ComponentPtr make(const std::string& id, Invoke invoke) {
        return make(id, std::move(invoke), [](Manifest& manifest) { manifest.needs = {"test.held"}; });
    }

    void start(const ComponentPtr& component, std::size_t slot, std::chrono::milliseconds limit = 60s,
               std::string body = "{}") {
        const StartInvocation one{slot, component, std::make_shared<const std::string>(std::move(body)),
                                  std::chrono::steady_clock::now() + limit};
        component->invoker->start({&one, 1}, scope, outcomes);
    }

    cedar_status answer(cedar_invocation token, std::string_view body = "{}") {
        return table->answer(table, token, view(body));
    }
    // One request to the held service; waits.
    cedar_status ask(cedar_invocation token, std::string_view body, cedar_reply& reply,
                     std::string_view service = "test.held") {
        const cedar_call call{view(service), view(body)};
        return table->call(table, token, &call, 1, &reply);
    }

    SystemClock clock;
    ControlThread control{clock};
    ServiceTable services;
    RecordingLog log;
    std::shared_ptr<HeldService> held = std::make_shared<HeldService>("test.held");
    std::shared_ptr<Outcomes> outcomes = std::make_shared<Outcomes>();
    std::shared_ptr<const InvocationScope> scope =
        std::make_shared<const InvocationScope>(InvocationScope{7, 8, 9, "run", "user"});
    std::unique_ptr<InProcessHost> host;
    const cedar_host* table = nullptr;
};

}  // namespace cedar::host::runtime
