#include "host/runtime/work.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <vector>

namespace cedar::host::runtime {
namespace {

struct Nothing final : Work {
    void run() noexcept override {}
    void refuse(std::string_view) noexcept override {}
    [[nodiscard]] const char* name() const noexcept override { return "nothing"; }
};

TEST(WorkQueue, IsFirstInFirstOut) {
    WorkQueue queue;
    const auto a = std::make_shared<Nothing>(), b = std::make_shared<Nothing>();
    queue.push(a);
    queue.push(b);
    EXPECT_EQ(queue.size(), 2U);
    EXPECT_EQ(queue.pop(), a);
    EXPECT_EQ(queue.pop(), b);
    EXPECT_EQ(queue.pop(), nullptr);
}

TEST(WorkQueue, PutsWhatComesBackFirst) {
    WorkQueue queue;
    const auto a = std::make_shared<Nothing>(), b = std::make_shared<Nothing>(), c = std::make_shared<Nothing>();
    queue.push_front(b);
    queue.push_front(a);
    queue.push(c);
    EXPECT_EQ(queue.remove(*b), b);
    EXPECT_EQ(queue.pop(), a);
    EXPECT_EQ(queue.pop(), c);
    EXPECT_TRUE(queue.empty());
}

TEST(WorkQueue, LetsAnyElementLeaveOnce) {
    WorkQueue queue, other;
    std::vector<std::shared_ptr<Nothing>> all;
    for (int i = 0; i < 3; ++i) queue.push(all.emplace_back(std::make_shared<Nothing>()));
    EXPECT_EQ(other.remove(*all[1]), nullptr);
    EXPECT_EQ(queue.remove(*all[1]), all[1]);
    EXPECT_EQ(queue.remove(*all[1]), nullptr);
    EXPECT_EQ(queue.remove(*all[0]), all[0]);
    queue.push(all[1]);
    EXPECT_EQ(queue.pop(), all[2]);
    EXPECT_EQ(queue.pop(), all[1]);
    EXPECT_TRUE(queue.empty());
}

TEST(WorkQueue, KeepsItsWorkAliveAndNoLonger) {
    auto work = std::make_shared<Nothing>();
    const std::weak_ptr<Nothing> weak = work;
    {
        WorkQueue queue;
        queue.push(std::move(work));
        EXPECT_FALSE(weak.expired());
    }
    EXPECT_TRUE(weak.expired());
}

// Against a list that does the same slowly: order, and who leaves, whatever comes when.
TEST(WorkQueue, KeepsItsOrderWhateverLeaves) {
    WorkQueue queue, other;
    std::deque<std::shared_ptr<Nothing>> list;
    std::vector<std::shared_ptr<Nothing>> gone{std::make_shared<Nothing>()};
    std::mt19937 random(7);
    for (int step = 0; step < 20'000; ++step) {
        const auto choice = random() % 8;
        const bool grows = step / 2000 % 2 == 0;  // fills and empties in turns
        if (choice < (grows ? 4U : 2U)) {
            queue.push(list.emplace_back(std::make_shared<Nothing>()));
        } else if (choice == 4) {
            queue.push_front(list.emplace_front(std::make_shared<Nothing>()));
        } else if (choice == 5 && !list.empty()) {
            const auto at = list.begin() + static_cast<std::ptrdiff_t>(random() % list.size());
            ASSERT_EQ(other.remove(**at), nullptr);
            ASSERT_EQ(queue.remove(**at), *at);
            gone.push_back(*at);
            list.erase(at);
        } else if (choice == 6) {
            ASSERT_EQ(queue.remove(*gone[random() % gone.size()]), nullptr);
        } else {
            const auto first = list.empty() ? nullptr : list.front();
            ASSERT_EQ(queue.pop(), first);
            if (first) list.pop_front();
        }
        ASSERT_EQ(queue.size(), list.size());
    }
}

TEST(RunningHere, NamesTheWorkOfThisThread) {
    Nothing work;
    EXPECT_EQ(Work::current(), nullptr);
    {
        const RunningHere here(work);
        EXPECT_EQ(Work::current(), &work);
    }
    EXPECT_EQ(Work::current(), nullptr);
}

}  // namespace
}  // namespace cedar::host::runtime
