#include "host/worker/process_prober.hpp"
#include "tests/bad_plugins/bad_plugins.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <condition_variable>
#include <map>
#include <mutex>

namespace cedar::host::worker {
namespace {

using namespace std::chrono_literals;
using Kind = loader::ProbeVerdict::Kind;

class ProcessProberTest : public testing::Test {
protected:
    [[nodiscard]] ProberOptions options() const {
        ProberOptions made;
        made.cache = folder_ / "probes";
        made.temp_folder = folder_ / "temp";
        made.host_version = "1";
        return made;
    }
    static loader::ProbeTarget target(std::string_view fixture) {
        loader::ProbeTarget made;
        made.file = std::string(fixture);
        made.copy = bad_plugin(fixture).string();
        made.sha256 = std::string(fixture);  // stands for the content
        made.components.push_back({"fixture." + std::string(fixture), {}});
        return made;
    }
    std::vector<loader::ProbeVerdict> probe(std::initializer_list<std::string_view> fixtures,
                                            ProberOptions changed) {
        std::vector<loader::ProbeTarget> targets;
        for (const auto name : fixtures) targets.push_back(target(name));
        return probe(std::move(targets), std::move(changed));
    }
    // All verdicts, in the order of the targets.
    std::vector<loader::ProbeVerdict> probe(std::vector<loader::ProbeTarget> targets, ProberOptions changed) {
        ProcessProber prober(spawner_, std::move(changed));
        const std::size_t count = targets.size();
        begin(prober, std::move(targets));
        auto told = take(prober, count);
        EXPECT_FALSE(prober.wait(1h)) << "more verdicts than targets";
        std::vector<loader::ProbeVerdict> verdicts;
        for (auto& [ticket, verdict] : told) verdicts.push_back(std::move(verdict));
        return verdicts;
    }
    static void begin(ProcessProber& prober, std::vector<loader::ProbeTarget> targets) {
        for (std::size_t i = 0; i < targets.size(); ++i) targets[i].ticket = i + 1;
        prober.begin(std::move(targets));
    }
    // By ticket, when `count` have come.
    static std::map<std::uint64_t, loader::ProbeVerdict> take(ProcessProber& prober, std::size_t count) {
        std::map<std::uint64_t, loader::ProbeVerdict> all;
        while (all.size() < count && prober.wait(10min)) {
            for (auto& told : prober.take()) all.emplace(told.ticket, std::move(told.verdict));
        }
        EXPECT_EQ(all.size(), count);
        return all;
    }

    TempFolder folder_;
    Spawner spawner_{CEDAR_WORKER_CHILD};
};

TEST_F(ProcessProberTest, SoundLibrariesPass) {
    for (const auto& verdict : probe({"good", "good_newer", "spins"}, options())) {
        EXPECT_EQ(verdict.kind, Kind::passed) << verdict.reason;
    }
}

TEST_F(ProcessProberTest, ACrashCostsOneLibrary) {
    const auto verdicts = probe({"good", "constructor_aborts", "good_newer", "create_exits", "spins"}, options());
    ASSERT_EQ(verdicts.size(), 5U);
    for (const std::size_t sound : {0U, 2U, 4U}) EXPECT_EQ(verdicts[sound].kind, Kind::passed) << sound;
    EXPECT_EQ(verdicts[1].kind, Kind::quarantined);
    EXPECT_EQ(verdicts[1].reason.rfind("its probe ", 0), 0U) << verdicts[1].reason;
    EXPECT_EQ(verdicts[3].kind, Kind::quarantined);
    EXPECT_EQ(verdicts[3].reason, "its probe ended with code 9");
}

TEST_F(ProcessProberTest, AHangEndsAtItsLimit) {
    auto changed = options();
    changed.time_limit = 300ms;
    const auto verdicts = probe({"init_hangs", "good"}, changed);
    EXPECT_EQ(verdicts[0].kind, Kind::quarantined);
    EXPECT_EQ(verdicts[0].reason, "its probe did not come to an end within 300 ms");
    EXPECT_EQ(verdicts[1].kind, Kind::passed);
}

// The ones that hang have an hour, and those behind them have their verdicts all the same.
TEST_F(ProcessProberTest, AHangKeepsBackNobodyElse) {
    auto changed = options();
    changed.time_limit = 1h;
    changed.patience = 1ms;
    changed.at_once = 1;
    ProcessProber prober(spawner_, changed);
    begin(prober, {target("good"), target("init_hangs"), target("good_newer"), target("constructor_hangs"),
                   target("spins"), target("sleeps")});
    const auto told = take(prober, 4);
    for (const std::uint64_t sound : {1U, 3U, 5U, 6U}) {
        ASSERT_TRUE(told.contains(sound)) << sound;
        EXPECT_EQ(told.at(sound).kind, Kind::passed) << sound;
    }
    EXPECT_FALSE(prober.wait(0ms));  // the two hang still
}

TEST_F(ProcessProberTest, TakesMoreWhileItIsAtIt) {
    auto changed = options();
    changed.time_limit = 1h;
    changed.patience = 1ms;
    changed.at_once = 1;
    ProcessProber prober(spawner_, changed);
    begin(prober, {target("init_hangs")});
    auto later = target("good");
    later.ticket = 2;
    prober.begin({later});
    EXPECT_TRUE(take(prober, 1).contains(2));
}

TEST_F(ProcessProberTest, SaysThatThereIsNoThreadToTryALibrary) {
    pthread_attr_t before, greedy;
    ASSERT_EQ(pthread_getattr_default_np(&before), 0);
    ASSERT_EQ(pthread_attr_init(&greedy), 0);
    ASSERT_EQ(pthread_attr_setstacksize(&greedy, std::size_t{1} << 47), 0);  // more than there are addresses
    ProcessProber prober(spawner_, options());
    ASSERT_EQ(pthread_setattr_default_np(&greedy), 0);
    begin(prober, {target("good")});
    ASSERT_EQ(pthread_setattr_default_np(&before), 0);
    const auto told = take(prober, 1);
    ASSERT_TRUE(told.contains(1));
    EXPECT_EQ(told.at(1).kind, Kind::rejected);
    EXPECT_EQ(told.at(1).reason.rfind("could not be tried: expected a thread for it, got: ", 0), 0U)
        << told.at(1).reason;
    begin(prober, {target("good")});  // and it is no worse for that
    EXPECT_EQ(take(prober, 1).at(1).kind, Kind::passed);
    pthread_attr_destroy(&greedy);
    pthread_attr_destroy(&before);
}

TEST_F(ProcessProberTest, TellsWhoListens) {
    std::mutex mutex;
    std::condition_variable changed;
    bool told = false;
    ProcessProber prober(spawner_, options());
    prober.listen([&] {
        const std::lock_guard lock(mutex);
        told = true;
        changed.notify_all();
    });
    begin(prober, {target("good")});
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 10min, [&] { return told; }));
    EXPECT_EQ(prober.take().size(), 1U);
}

TEST_F(ProcessProberTest, ARefusalIsARejection) {
    const auto verdicts = probe({"init_fails", "missing_function"}, options());
    for (const auto& verdict : verdicts) {
        EXPECT_EQ(verdict.kind, Kind::rejected);
        EXPECT_FALSE(verdict.reason.empty());
    }
}

TEST_F(ProcessProberTest, WhatHasPassedIsNotTriedAgain) {
    EXPECT_EQ(probe({"good"}, options())[0].kind, Kind::passed);
    auto changed_target = target("good");
    changed_target.copy = (folder_ / "gone.so").string();
    EXPECT_EQ(probe(std::vector{changed_target}, options())[0].kind, Kind::passed);
    auto newer = options();
    newer.host_version = "2";
    EXPECT_EQ(probe(std::vector{changed_target}, newer)[0].kind, Kind::rejected);
}

}  // namespace
}  // namespace cedar::host::worker
