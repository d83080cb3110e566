#include "host/runtime/call_group.hpp"

#include <gtest/gtest.h>

namespace cedar::host::runtime {
namespace {

// Work that is not run by a pool; only waits where a group tells it to.
struct Waiter final : Work {
    void run() noexcept override {}
    void refuse(std::string_view) noexcept override {}
    [[nodiscard]] const char* name() const noexcept override { return "waiter"; }
};

ServiceReply reply(std::string body) {
    ServiceReply made;
    made.body = std::move(body);
    return made;
}

TEST(CallGroup, IsCompleteWhenAllHaveReplied) {
    Waiter waiter;
    CallGroup group(waiter, 2);
    group.deliver(1, reply("b"));
    EXPECT_FALSE(group.settled());
    EXPECT_TRUE(group.owed(0));
    group.deliver(0, reply("a"));
    EXPECT_TRUE(group.settled());
    EXPECT_EQ(group.wait(), CEDAR_OK);  // settled: does not wait
    const auto replies = group.replies();
    EXPECT_EQ(replies[0].body, "a");
    EXPECT_EQ(replies[1].body, "b");
}

TEST(CallGroup, TheFirstReplyToARequestCounts) {
    Waiter waiter;
    CallGroup group(waiter, 2);
    group.deliver(0, reply("first"));
    group.deliver(0, reply("second"));
    EXPECT_FALSE(group.settled());
    group.deliver(1, reply("b"));
    EXPECT_EQ(group.replies()[0].body, "first");
}

TEST(CallGroup, StopEndsTheWaitAndWhatComesLaterIsDropped) {
    Waiter waiter;
    CallGroup group(waiter, 1);
    group.stop(CEDAR_DEADLINE);
    group.stop(CEDAR_CANCELLED);
    group.deliver(0, reply("late"));
    EXPECT_EQ(group.wait(), CEDAR_DEADLINE);
}

TEST(CallGroup, AStopAfterTheLastReplyIsTooLate) {
    Waiter waiter;
    CallGroup group(waiter, 1);
    group.deliver(0, reply("in time"));
    group.stop(CEDAR_CANCELLED);
    EXPECT_EQ(group.wait(), CEDAR_OK);
}

}  // namespace
}  // namespace cedar::host::runtime
