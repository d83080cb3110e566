#include "host/runtime/foreign_runs.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cedar::host::runtime {
namespace {

TEST(ForeignRuns, KnowHowFarEachIs) {
    ForeignRuns runs(10);
    EXPECT_EQ(runs.last_seq("a"), std::nullopt);
    runs.know("a", 7, 3);
    runs.know("a", 7, 2);
    EXPECT_EQ(runs.last_seq("a"), 3U);
    runs.know("a", 7, 4);
    EXPECT_EQ(runs.last_seq("a"), 4U);
}

TEST(ForeignRuns, GoOnWithTheNextEventAlone) {
    ForeignRuns runs(10);
    EXPECT_FALSE(runs.go_on("a", 7, 1));
    runs.know("a", 7, 3);
    EXPECT_FALSE(runs.go_on("a", 7, 3));
    EXPECT_FALSE(runs.go_on("a", 7, 5));
    EXPECT_FALSE(runs.go_on("a", 8, 4));
    EXPECT_EQ(runs.last_seq("a"), 3U);
    EXPECT_TRUE(runs.go_on("a", 7, 4));
    EXPECT_TRUE(runs.go_on("a", 7, 5));
    EXPECT_EQ(runs.last_seq("a"), 5U);
}

TEST(ForeignRuns, ForgetTheOldestThatNobodyWatches) {
    ForeignRuns runs(2);
    for (const char* run : {"a", "b", "c"}) runs.know(run, 7, 1);
    EXPECT_EQ(runs.last_seq("a"), std::nullopt);
    EXPECT_EQ(runs.last_seq("b"), 1U);
    EXPECT_EQ(runs.size(), 2U);
}

TEST(ForeignRuns, SayWhichTheyForget) {
    std::vector<std::string> forgotten;
    ForeignRuns runs(1, [&](const std::string& run_id) { forgotten.push_back(run_id); });
    runs.know("a", 7, 1);
    EXPECT_EQ(runs.watch("a"), 7);
    runs.know("b", 7, 1);
    EXPECT_TRUE(forgotten.empty()) << "the first one is watched";
    runs.know("c", 7, 1);
    EXPECT_EQ(forgotten, (std::vector<std::string>{"b"}));
    runs.unwatch("a");
    EXPECT_EQ(forgotten, (std::vector<std::string>{"b", "c"}));
}

TEST(ForeignRuns, KeepAllThatAreWatchedHoweverMany) {
    ForeignRuns runs(2);
    for (int i = 0; i < 100; ++i) {
        const auto run = std::to_string(i);
        runs.know(run, 1 + i, 1);
        EXPECT_EQ(runs.watch(run), 1 + i);
    }
    for (int i = 0; i < 100; ++i) EXPECT_EQ(runs.last_seq(std::to_string(i)), 1U);
    for (int i = 0; i < 100; ++i) runs.unwatch(std::to_string(i));
    EXPECT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs.last_seq("99"), 1U);
}

TEST(ForeignRuns, KeepOneUntilTheLastWatcherLeaves) {
    ForeignRuns runs(1);
    runs.know("a", 7, 1);
    EXPECT_EQ(runs.watch("a"), 7);
    EXPECT_EQ(runs.watch("a"), 7);
    runs.unwatch("a");
    runs.know("b", 8, 1);
    runs.know("c", 8, 1);
    EXPECT_EQ(runs.last_seq("a"), 1U);
    runs.unwatch("a");
    runs.know("d", 8, 1);
    EXPECT_EQ(runs.last_seq("a"), std::nullopt);
}

TEST(ForeignRuns, DoNotWatchWhatTheyDoNotKnow) {
    ForeignRuns runs(1);
    EXPECT_EQ(runs.watch("a"), 0);
    EXPECT_EQ(runs.size(), 0U);
}

}  // namespace
}  // namespace cedar::host::runtime
