#include "host/runtime/run_inbox.hpp"

#include <gtest/gtest.h>

namespace cedar::host::runtime {
namespace {

TEST(RunInbox, WakesOnceForABatchAndKeepsTheOrder) {
    int woken = 0;
    RunInbox inbox([&] { ++woken; });
    inbox.on_emitted(1, EmitKind::progress, "{}");
    inbox.on_ended(1, {});
    inbox.on_ended(2, {});
    EXPECT_EQ(woken, 1);
    const auto items = inbox.take();
    ASSERT_EQ(items.size(), 3U);
    EXPECT_TRUE(std::holds_alternative<RunInbox::Emitted>(items[0]));
    EXPECT_EQ(std::get<RunInbox::Ended>(items[2]).slot, 2U);
    inbox.on_ended(3, {});
    EXPECT_EQ(woken, 2);
}

TEST(RunInbox, DropsEmissionsBeyondItsBoundAndNoEnd) {
    RunInbox inbox([] {});
    for (std::size_t i = 0; i < RunInbox::kEmissionsMax + 10; ++i) inbox.on_emitted(0, EmitKind::token, "{}");
    inbox.on_given_up(0, GivenUp::killed, "why");
    inbox.on_ended(0, {});
    EXPECT_EQ(inbox.dropped(), 10U);
    const auto items = inbox.take();
    ASSERT_EQ(items.size(), RunInbox::kEmissionsMax + 2);
    EXPECT_EQ(std::get<RunInbox::GaveUp>(items[RunInbox::kEmissionsMax]).why, "why");
    inbox.on_emitted(0, EmitKind::token, "{}");
    EXPECT_EQ(inbox.take().size(), 1U);
}

}  // namespace
}  // namespace cedar::host::runtime
