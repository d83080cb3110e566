// Components that do not come back in time, and what becomes of the threads they hold.
#include "tests/integration/runtime_containment/containment_fixture.hpp"

#include <atomic>

namespace cedar::host {
namespace {

class Late : public ContainmentTest {
protected:
    static void expect_timeout(const RunSeen& seen, const std::string& id) {
        const Ended& ended = seen.ended.at(id);
        EXPECT_EQ(ended.status, "timeout") << id;
        EXPECT_EQ(ended.code, "timeout") << id;
        EXPECT_EQ(ended.message, "no answer within 100 ms") << id;
    }
    void expect_contained(std::string_view fixture, const std::string& id) {
        open({fixture});
        const RunSeen seen = run({id, "fixture.good"});
        EXPECT_EQ(seen.last()->type, EventType::final) << seen.last()->json;
        expect_timeout(seen, id);
        EXPECT_EQ(seen.ended.at("fixture.good").status, "ok");
        expect_recovery();
        EXPECT_EQ(run({"fixture.good"}).ended.at("fixture.good").status, "ok");
    }
};

TEST_F(Late, SleepingOnASharedThreadIsATimeout) {
    expect_contained("sleeps", "fixture.sleeps");
}

TEST_F(Late, SleepingOnAThreadOfItsOwnIsATimeout) {
    expect_contained("sleeps", "fixture.sleeps_blocking");
}

TEST_F(Late, SpinningOnASharedThreadIsATimeout) {
    expect_contained("spins", "fixture.spins");
}

TEST_F(Late, SpinningOnAThreadOfItsOwnIsATimeout) {
    expect_contained("spins", "fixture.spins_blocking");
}

// As many as there are threads hold them; the good one is run by others, long before those come back.
TEST_F(Late, HeldThreadsDoNotHoldTheOthers) {
    open({"sleeps"});
    std::vector<RunTicket> held;
    for (unsigned i = 0; i < kComponentThreads + 1; ++i) held.push_back(submit({"fixture.sleeps"}));
    const RunSeen good = run({"fixture.good"});
    EXPECT_EQ(good.last()->type, EventType::final) << good.last()->json;
    EXPECT_EQ(good.ended.at("fixture.good").status, "ok");
    for (const RunTicket& ticket : held) expect_timeout(wait_for_end(ticket), "fixture.sleeps");
    expect_recovery();
}

TEST_F(Late, WhatComesLateIsLoggedAndChangesNothing) {
    open({"sleeps"});
    // It comes back by itself a little later: on a busy machine its run may not have ended by then.
    for (int i = 0; i < 50 && log_.count("COMPLETE", "ended after its run") == 0; ++i) {
        const RunSeen seen = run({"fixture.sleeps_blocking"});
        expect_timeout(seen, "fixture.sleeps_blocking");
        expect_recovery();
        EXPECT_EQ(seen.count(EventType::final) + seen.count(EventType::error), 1U);
    }
    EXPECT_GE(log_.count("COMPLETE", "ended after its run"), 1U);
}

TEST_F(Late, AHogAnswersAndIsRunAsBlockingFromThenOn) {
    open({"hogs"});
    // On a busy machine the watchdog may miss it once: it looks at what the thread has had of a core.
    for (int i = 0; i < 50 && host_->hogs().empty(); ++i) {
        EXPECT_EQ(run({"fixture.hogs", "fixture.good"}).ended.at("fixture.hogs").status, "ok");
    }
    ASSERT_EQ(host_->hogs().size(), 1U);
    EXPECT_EQ(host_->hogs()[0].component, "fixture.hogs");
    EXPECT_GE(host_->hogs()[0].held, 20ms);
    EXPECT_EQ(run({"fixture.hogs"}).ended.at("fixture.hogs").status, "ok");
    expect_recovery();
}

// The same on a shared thread and on one of its own.
class Stuck : public Late, public testing::WithParamInterface<const char*> {};

TEST_P(Stuck, IsKeptFromRunsForAWhile) {
    const std::string id = GetParam();
    std::atomic<int> told{0};
    runtime::InProcessOptions options;
    options.grace = 1ms;
    options.breaker = {.failures = 1, .pause = 60s, .pause_max = 60s};
    options.on_stuck = [&](const std::string& component, const void*, const std::string& why) {
        EXPECT_EQ(component, id);
        EXPECT_EQ(why, "did not come back within 1 ms of its deadline");
        ++told;
    };
    open({"sleeps"}, options);
    // It comes back by itself a little later: on a busy machine nobody may have looked by then.
    for (int i = 0; i < 50 && host_->usage().stuck == 0; ++i) {
        expect_timeout(run({id}), id);
        expect_recovery();
    }
    EXPECT_EQ(told, 1);
    ASSERT_EQ(host_->circuits().size(), 1U);
    EXPECT_EQ(host_->circuits()[0].state, CircuitBreaker::State::open);
    EXPECT_EQ(host_->circuits()[0].invoker, components_.at(id)->invoker.get());
    const RunSeen seen = run({id, "fixture.good"});
    EXPECT_EQ(seen.ended.at(id).status, "rejected");
    EXPECT_EQ(seen.ended.at(id).code, "circuit_open");
    EXPECT_EQ(seen.ended.at("fixture.good").status, "ok");
    EXPECT_EQ(host_->usage().circuit_refusals, 1U);
}

INSTANTIATE_TEST_SUITE_P(Threads, Stuck, testing::Values("fixture.sleeps", "fixture.sleeps_blocking"),
                         [](const auto& id) {
                             return std::string(id.param) == "fixture.sleeps" ? "Shared" : "Own";
                         });

}  // namespace
}  // namespace cedar::host
