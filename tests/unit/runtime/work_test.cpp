#include "host/runtime/work.hpp"

#include <gtest/gtest.h>

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
