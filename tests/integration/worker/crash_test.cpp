#include "tests/integration/worker/worker_fixture.hpp"

#include "host/runtime/sanitizer_fibers.hpp"

#include <algorithm>

namespace cedar::host::worker {
namespace {

class WorkerCrash : public WorkerTest {
protected:
    // It ends as `crashed` for that reason, and the next one finds a new worker.
    void expect_crash(const std::string& what, const std::string& reason) {
        const auto components = add(plugin("by_order"));
        for (const auto& component : components) {
            const auto result = run(component, what);
            EXPECT_EQ(result.status, ResultStatus::crashed) << what;
            ASSERT_TRUE(result.error);
            EXPECT_NE(result.error->message.find(reason), std::string::npos) << result.error->message;
            EXPECT_EQ(run(component, "anything").status, ResultStatus::ok) << what;
        }
    }
};

TEST_F(WorkerCrash, EndsItsInvocationWithTheSignal) {
    if (runtime::kSanitized) GTEST_SKIP() << "a sanitizer makes an exit of it";
    open();
    expect_crash("abort", "its worker process was killed by SIGABRT");
    expect_crash("segv", "its worker process was killed by SIGSEGV: cedar: component fixture.by_order");
}

TEST_F(WorkerCrash, AnExitIsACrash) {
    open();
    expect_crash("exit", "its worker process ended with code 7");
}

TEST_F(WorkerCrash, ClosedDescriptorsAreOne) {
    open();
    expect_crash("close", "its worker process ");
}

TEST_F(WorkerCrash, NonsenseIsOne) {
    open();
    expect_crash("nonsense", "its worker process sent nonsense: expected a known message");
}

TEST_F(WorkerCrash, OthersOfTheWorkerEndWithIt) {
    open();
    const auto components = add(plugin("by_order"));
    start(components[1], 1, order("sleep"));
    EXPECT_EQ(run(components[0], "exit").status, ResultStatus::crashed);
    EXPECT_EQ(seen_->wait_for(1).status, ResultStatus::crashed);
}

TEST_F(WorkerCrash, WhatDoesNotComeBackIsKilledAfterItsGrace) {
    auto changed = options();
    changed.grace = 100ms;
    open(changed);
    for (const char* what : {"spin", "sleep"}) {
        const auto components = add(plugin("by_order"));
        for (const auto& component : components) {
            ASSERT_EQ(run(component, "anything").status, ResultStatus::ok);  // its worker has come up
            start(component, ++slot_, order(what), 250ms);
            const auto result = seen_->wait_for(slot_);
            EXPECT_EQ(result.status, ResultStatus::timeout);
            EXPECT_EQ(result.error->code, "killed");
            EXPECT_TRUE(
                seen_->given_up(slot_).starts_with("its worker process was killed because fixture.by_order"))
                << seen_->given_up(slot_);
            const auto reports = host_->reports();
            EXPECT_TRUE(std::ranges::any_of(reports, [](const auto& one) {
                return one.kills > 0 && one.crashes == one.kills && one.last_end_at > SteadyTime{} &&
                       one.last_end.starts_with("was killed because fixture.by_order");
            }));
            EXPECT_EQ(run(component, "anything").status, ResultStatus::ok);
        }
    }
}

TEST_F(WorkerCrash, TheCircuitOpensAndClosesAgain) {
    auto changed = options();
    changed.breaker = {.failures = 2, .pause = 50ms, .pause_max = 50ms};
    open(changed);
    const auto component = add(plugin("by_order")).front();
    EXPECT_EQ(run(component, "exit").status, ResultStatus::crashed);
    EXPECT_EQ(run(component, "exit").status, ResultStatus::crashed);
    auto result = run(component, "anything");
    for (; result.status == ResultStatus::rejected; result = run(component, "anything")) {
        EXPECT_EQ(result.error->code, "circuit_open");
    }
    EXPECT_EQ(result.status, ResultStatus::ok);
    EXPECT_EQ(host_->reports()[0].components[0].circuit, CircuitBreaker::State::closed);
}

TEST_F(WorkerCrash, ManyCrashesPutTheLibraryIntoQuarantine) {
    auto changed = options();
    changed.quarantine_crashes = 2;
    open(changed);
    const auto component = add(plugin("by_order")).front();
    EXPECT_EQ(run(component, "exit").status, ResultStatus::crashed);
    EXPECT_EQ(run(component, "exit").status, ResultStatus::crashed);
    const auto result = run(component, "anything");
    EXPECT_EQ(result.status, ResultStatus::rejected);
    EXPECT_EQ(result.error->code, "quarantined");
    host_->pardon(std::string(64, 'a'));
    EXPECT_EQ(run(component, "anything").status, ResultStatus::ok);
    const std::lock_guard lock(mutex_);
    ASSERT_EQ(quarantined_.size(), 1U);
    EXPECT_EQ(quarantined_[0].first, "by_order.so");
    EXPECT_NE(quarantined_[0].second.find("2 times"), std::string::npos) << quarantined_[0].second;
}

}  // namespace
}  // namespace cedar::host::worker
