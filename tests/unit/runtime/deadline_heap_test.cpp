#include "host/runtime/deadline_heap.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

namespace cedar::host::runtime {
namespace {

SteadyTime at(int ms) {
    return SteadyTime{} + std::chrono::milliseconds(ms);
}

struct DeadlineHeapTest : ::testing::Test {
    DeadlineHeap heap;
    std::vector<int> fired;

    DeadlineHeap::Id push(int ms, int name) {
        return heap.push(at(ms), [this, name] { fired.push_back(name); });
    }
    void fire(int ms) {
        while (auto task = heap.pop_due(at(ms))) task();
    }
};

TEST_F(DeadlineHeapTest, FiresWhatIsDueSoonestFirst) {
    push(30, 3);
    push(10, 1);
    push(20, 2);
    fire(9);
    EXPECT_TRUE(fired.empty());
    fire(20);
    EXPECT_EQ(fired, (std::vector{1, 2}));
    EXPECT_EQ(heap.next(), at(30));
}

TEST_F(DeadlineHeapTest, FiresEqualDeadlinesInTheOrderTheyWereSet) {
    for (int i = 0; i < 100; ++i) push(5, i);
    fire(5);
    ASSERT_EQ(fired.size(), 100U);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(fired[static_cast<std::size_t>(i)], i);
}

TEST_F(DeadlineHeapTest, AnErasedOneNeverFires) {
    const auto first = push(1, 1);
    push(2, 2);
    EXPECT_TRUE(heap.erase(first));
    EXPECT_FALSE(heap.erase(first));
    fire(10);
    EXPECT_EQ(fired, std::vector{2});
    EXPECT_EQ(heap.size(), 0U);
}

TEST_F(DeadlineHeapTest, AnIdIsNotGivenTwice) {
    const auto first = push(1, 1);
    fire(1);
    const auto second = push(1, 2);
    EXPECT_NE(first, second);
    EXPECT_FALSE(heap.erase(first));
    EXPECT_TRUE(heap.erase(second));
    EXPECT_FALSE(heap.erase(0));
}

TEST_F(DeadlineHeapTest, KeepsItsOrderUnderRandomUse) {
    std::mt19937 random(1);
    std::map<DeadlineHeap::Id, int> open;
    for (int i = 0; i < 5000; ++i) {
        const int when = static_cast<int>(random() % 1000);
        open.emplace(push(when, when), when);
        if (random() % 3 == 0) {
            const auto victim = std::next(open.begin(), static_cast<long>(random() % open.size()));
            EXPECT_TRUE(heap.erase(victim->first));
            open.erase(victim);
        }
    }
    fire(1000);
    ASSERT_EQ(fired.size(), open.size());
    EXPECT_TRUE(std::is_sorted(fired.begin(), fired.end()));
}

}  // namespace
}  // namespace cedar::host::runtime
