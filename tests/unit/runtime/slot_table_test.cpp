#include "host/runtime/slot_table.hpp"

#include <gtest/gtest.h>

#include <set>

namespace cedar::host::runtime {
namespace {

struct Holder final : HostCalls {
    cedar_status fail(std::string_view) override { return CEDAR_OK; }
    cedar_status log(cedar_log_level, std::string_view) override { return CEDAR_OK; }
};

TEST(SlotTable, FindsTheHolderUntilItIsReleased) {
    SlotTable table;
    const auto holder = std::make_shared<Holder>();
    const auto token = table.acquire(holder);
    EXPECT_EQ(table.find(token), holder);
    table.release(token);
    table.release(token);
    EXPECT_EQ(table.find(token), nullptr);
    EXPECT_EQ(holder.use_count(), 1);
}

TEST(SlotTable, ASlotUsedAgainHasAnotherGeneration) {
    SlotTable table;
    std::set<std::uint64_t> generations;
    for (int i = 0; i < 1000; ++i) {
        const auto token = table.acquire(std::make_shared<Holder>());
        EXPECT_EQ(token.id, 1U);
        generations.insert(token.generation);
        table.release(token);
    }
    EXPECT_EQ(generations.size(), 1000U);
}

TEST(SlotTable, KnowsNothingOfWhatItDidNotGive) {
    SlotTable table;
    const auto token = table.acquire(std::make_shared<Holder>());
    EXPECT_EQ(table.find({0, 0}), nullptr);
    EXPECT_EQ(table.find({token.id, token.generation + 1}), nullptr);
    EXPECT_EQ(table.find({token.id + 1, token.generation}), nullptr);
    table.release({token.id, token.generation + 1});
    EXPECT_NE(table.find(token), nullptr);
    EXPECT_EQ(table.all().size(), 1U);
}

}  // namespace
}  // namespace cedar::host::runtime
