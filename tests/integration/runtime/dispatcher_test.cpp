#include "host/runtime/dispatcher.hpp"

#include "host/runtime/memory_event_log.hpp"
#include "host/runtime/random_ids.hpp"
#include "tests/integration/runtime/in_process_fixture.hpp"
#include "tests/support/fake_store.hpp"

#include <algorithm>
#include <random>
#include <set>
#include <thread>

namespace cedar::host::runtime {
namespace {

constexpr std::string_view kFinal =
    R"({"function":"final","args":{"text":"done","title":"t"},"output_to_user":"done"})";

class DispatcherTest : public InProcessFixture {
protected:
    void SetUp() override {
        InProcessFixture::SetUp();
        components.push_back(make(
            "test.aggregator",
            [this](cedar_invocation token, const cedar_request&) { return answer(token, kFinal); },
            [](Manifest& manifest) { manifest.role = Role::aggregator; }));
        options.run.aggregator = "test.aggregator";
    }
    void TearDown() override {
        dispatcher.reset();
        host.reset();
        control.stop();
    }
    void add(const std::string& id, Invoke invoke, std::chrono::milliseconds limit = 15000ms) {
        components.push_back(make(id, std::move(invoke), [limit](Manifest& manifest) {
            manifest.select.always = true;
            manifest.needs = {"test.held"};
            manifest.timeout = limit;
        }));
    }
    void add_noop(const std::string& id) {
        add(id, [this](cedar_invocation token, const cedar_request&) { return answer(token); });
    }
    void add_waiting(const std::string& id, std::chrono::milliseconds limit = 15000ms) {
        add(
            id,
            [this](cedar_invocation token, const cedar_request&) {
                cedar_reply reply{};
                const cedar_status status = ask(token, "{}", reply);
                return status != CEDAR_OK ? status : answer(token);
            },
            limit);
    }
    void open_dispatcher() {
        dispatcher = std::make_unique<Dispatcher>(control, DispatcherPorts{store, events, log, ids}, options,
                                                  std::make_shared<const Registry>(components));
    }
    RunTicket submit(std::string content = "what?") {
        ChatRequest request;
        request.content = std::move(content);
        return dispatcher->submit(1, std::move(request));
    }
    // All events of the run, once it has ended; checks what holds for every run.
    std::vector<EventPtr> wait_for_end(const std::string& run_id) {
        std::mutex mutex;
        std::condition_variable woken;
        bool wake = false;
        const auto subscription = events.subscribe(run_id, [&] {
            const std::lock_guard lock(mutex);
            wake = true;
            woken.notify_all();
        });
        for (;;) {
            auto all = events.read(run_id, 0);
            if (!all.empty() && all.back()->terminal()) {
                check(all);
                return all;
            }
            std::unique_lock lock(mutex);
            woken.wait(lock, [&] { return std::exchange(wake, false); });
        }
    }
    static void check(const std::vector<EventPtr>& all) {
        std::set<std::string> eids;
        for (std::size_t i = 0; i < all.size(); ++i) {
            EXPECT_EQ(all[i]->seq, i + 1);
            EXPECT_EQ(all[i]->terminal(), i + 1 == all.size());
            eids.insert(all[i]->eid);
        }
        EXPECT_EQ(eids.size(), all.size());
        EXPECT_EQ(all.front()->type, EventType::ack);
    }
    static bool has(const EventPtr& event, std::string_view text) {
        return event->json.find(text) != std::string::npos;
    }

    FakeStore store;
    MemoryEventLog events;
    RandomIds ids;
    DispatcherOptions options;
    std::vector<ComponentPtr> components;
    std::unique_ptr<Dispatcher> dispatcher;
};

TEST_F(DispatcherTest, ARunGoesFromAckToFinal) {
    add_noop("test.one");
    add_noop("test.two");
    open_dispatcher();
    const auto ticket = submit();
    EXPECT_EQ(events.read(ticket.run_id, 0).front()->type, EventType::ack);
    const auto all = wait_for_end(ticket.run_id);
    EXPECT_EQ(all.back()->type, EventType::final);
    ASSERT_TRUE(dispatcher->drain(10s));
    ASSERT_EQ(store.outcomes().size(), 1U);
    EXPECT_TRUE(store.outcomes()[0].ok);
    EXPECT_GE(log.count("DISPATCH"), 2U);
}

TEST_F(DispatcherTest, TheAckIsThereThoughTheControlThreadIsBusy) {
    open_dispatcher();
    std::latch let_go(1);
    control.post([&] { let_go.wait(); });
    const auto ticket = submit();
    const auto all = events.read(ticket.run_id, 0);
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all.front()->type, EventType::ack);
    let_go.count_down();
    wait_for_end(ticket.run_id);
}

TEST_F(DispatcherTest, OnesBeyondTheBoundWaitWithTheirPositionAndAreRefusedBeyondTheQueue) {
    options.max_runs = 1;
    options.queue_max = 2;
    add_waiting("test.wait");
    open_dispatcher();
    std::vector<RunTicket> tickets;
    for (int i = 0; i < 4; ++i) tickets.push_back(submit());
    for (std::size_t i = 0; i < 3; ++i) {
        const auto ack = events.read(tickets[i].run_id, 0).front();
        EXPECT_TRUE(has(ack, "\"queue_position\":" + std::to_string(i))) << ack->json;
    }
    const auto refused = wait_for_end(tickets[3].run_id);
    EXPECT_EQ(refused.back()->type, EventType::error);
    EXPECT_TRUE(has(refused.back(), "queue_max")) << refused.back()->json;
    for (std::size_t calls = 1; calls <= 3; ++calls) {
        held->wait_for_calls(calls);
        EXPECT_EQ(dispatcher->load().running, 1U);
        held->release();
        EXPECT_EQ(wait_for_end(tickets[calls - 1].run_id).back()->type, EventType::final);
    }
}

TEST_F(DispatcherTest, CancelEndsARunningAndAQueuedOne) {
    options.max_runs = 1;
    add_waiting("test.wait");
    open_dispatcher();
    const auto running = submit(), queued = submit(), last = submit();
    held->wait_for_calls(1);
    EXPECT_TRUE(dispatcher->cancel(queued.run_id, "not needed"));
    EXPECT_TRUE(has(wait_for_end(queued.run_id).back(), "cancelled"));
    EXPECT_TRUE(dispatcher->cancel(running.run_id, "not needed"));
    EXPECT_TRUE(has(wait_for_end(running.run_id).back(), "cancelled"));
    held->wait_for_calls(2);
    held->release();
    EXPECT_EQ(wait_for_end(last.run_id).back()->type, EventType::final);
    EXPECT_FALSE(dispatcher->cancel("0123", "no such run"));
}

TEST_F(DispatcherTest, HungComponentsEndAsTimeoutAndTheRunGoesOn) {
    for (int i = 0; i < 20; ++i) add_waiting("test.hung" + std::to_string(i), 50ms);
    add_noop("test.good");
    open_dispatcher();
    const auto all = wait_for_end(submit().run_id);
    EXPECT_EQ(all.back()->type, EventType::final);
    EXPECT_EQ(std::ranges::count_if(all, [](const auto& event) { return has(event, " timeout\""); }), 20);
}

TEST_F(DispatcherTest, ABlockedComponentEndsOnTimeAndTheOthersAreUnaffected) {
    std::atomic<bool> let_go{false};
    for (int i = 0; i < 3; ++i) {
        add(
            "test.block" + std::to_string(i),
            [&](cedar_invocation token, const cedar_request&) {
                while (!let_go) std::this_thread::yield();
                return answer(token);
            },
            200ms);
    }
    for (int i = 0; i < 30; ++i) add_noop("test.good" + std::to_string(i));
    open_dispatcher();
    const auto all = wait_for_end(submit().run_id);
    EXPECT_EQ(all.back()->type, EventType::final);
    EXPECT_EQ(std::ranges::count_if(all, [](const auto& event) { return has(event, " timeout\""); }), 3);
    EXPECT_EQ(std::ranges::count_if(
                  all, [](const auto& event) { return has(event, "test.good") && has(event, " ok\""); }),
              30);
    let_go = true;
    while (host->usage().running > 0 || host->usage().held_threads > 0) std::this_thread::yield();
}

TEST_F(DispatcherTest, DrainWaitsForWhatRunsAndRefusesWhatComes) {
    add_waiting("test.wait");
    open_dispatcher();
    const auto running = submit();
    held->wait_for_calls(1);
    std::thread draining([&] { EXPECT_TRUE(dispatcher->drain(60s)); });
    while (!dispatcher->load().draining) std::this_thread::yield();
    EXPECT_TRUE(has(wait_for_end(submit().run_id).back(), "the host is stopping"));
    held->release();
    draining.join();
    EXPECT_EQ(wait_for_end(running.run_id).back()->type, EventType::final);
}

TEST_F(DispatcherTest, DrainCancelsTheRestWithTheirTerminalEvent) {
    options.max_runs = 1;
    add_waiting("test.wait");
    open_dispatcher();
    const auto running = submit(), queued = submit();
    held->wait_for_calls(1);
    EXPECT_FALSE(dispatcher->drain(0ms));
    EXPECT_EQ(wait_for_end(running.run_id).back()->type, EventType::error);
    EXPECT_EQ(wait_for_end(queued.run_id).back()->type, EventType::error);
    EXPECT_EQ(dispatcher->load().running + dispatcher->load().queued, 0U);
}

TEST_F(DispatcherTest, AStoreThatFailsEndsTheRunInAnError) {
    store.fail_with(Error{ErrorCode::io, "the disk is full", {}});
    open_dispatcher();
    EXPECT_EQ(wait_for_end(submit().run_id).back()->type, EventType::error);
}

TEST_F(DispatcherTest, ANewRegistryIsForNewRuns) {
    open_dispatcher();
    add_noop("test.later");
    dispatcher->set_registry(std::make_shared<const Registry>(components));
    const auto all = wait_for_end(submit().run_id);
    EXPECT_EQ(std::ranges::count_if(all, [](const auto& event) { return has(event, "Dispatch test.later"); }), 1);
}

TEST_F(DispatcherTest, EveryRunEndsOnceUnderRandomCancels) {
    options.max_runs = 4;
    add_noop("test.noop");
    add_waiting("test.wait", 30ms);
    open_dispatcher();
    constexpr std::size_t kRuns = 60;
    std::vector<RunTicket> tickets;
    std::mt19937 random(7);  // the same order in every run of the test
    for (std::size_t i = 0; i < kRuns; ++i) {
        tickets.push_back(submit());
        if (random() % 2 == 0) dispatcher->cancel(tickets[random() % tickets.size()].run_id, "random");
        if (random() % 4 == 0) held->release();
    }
    for (const auto& ticket : tickets) wait_for_end(ticket.run_id);
    EXPECT_TRUE(dispatcher->drain(10s));
}

TEST_F(DispatcherTest, AThousandComponentsInOneRun) {
    options.selector.max_candidates = 1000;
    for (int i = 0; i < 1000; ++i) add_noop("test.noop" + std::to_string(i));
    open_dispatcher();
    const auto all = wait_for_end(submit().run_id);
    EXPECT_EQ(all.back()->type, EventType::final);
    EXPECT_EQ(std::ranges::count_if(all, [](const auto& event) { return has(event, "component_result"); }), 1000);
}

}  // namespace
}  // namespace cedar::host::runtime
