#include "host/runtime/open_count.hpp"

#include <gtest/gtest.h>

namespace cedar::host::runtime {
namespace {

TEST(OpenCount, CountsWhatWaitsAndWhatRunsApart) {
    OpenCount open;
    EXPECT_TRUE(open.none());
    open.add_waiting();
    open.add_waiting();
    open.started();
    EXPECT_EQ(open.waiting(), 1U);
    EXPECT_EQ(open.running(), 1U);
    open.ended(true);
    EXPECT_EQ(open.running(), 0U);
    EXPECT_FALSE(open.none());
    open.ended(false);
    EXPECT_TRUE(open.none());
}

TEST(OpenCount, RefusesWhatIsBeyondTheBoundAndCountsItNot) {
    OpenCount open;
    EXPECT_TRUE(open.add_waiting(2));
    EXPECT_TRUE(open.add_waiting(2));
    EXPECT_FALSE(open.add_waiting(2));
    EXPECT_EQ(open.waiting(), 2U);
    open.started();
    EXPECT_TRUE(open.add_waiting(2));  // what runs does not count
}

}  // namespace
}  // namespace cedar::host::runtime
