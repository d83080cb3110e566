#include "host/worker/process_prober.hpp"
#include "tests/bad_plugins/bad_plugins.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

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
        return ProcessProber(spawner_, std::move(changed)).probe(targets);
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
    EXPECT_EQ(ProcessProber(spawner_, options()).probe({&changed_target, 1})[0].kind, Kind::passed);
    auto newer = options();
    newer.host_version = "2";
    EXPECT_EQ(ProcessProber(spawner_, newer).probe({&changed_target, 1})[0].kind, Kind::rejected);
}

}  // namespace
}  // namespace cedar::host::worker
