#include "host/runtime/fiber.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace cedar::host::runtime {
namespace {

constexpr std::size_t kStack = 128 * 1024;

// A job that does `body` and may leave in the middle.
struct Job {
    explicit Job(std::function<void(Fiber&)> work) : body(std::move(work)) {}

    std::function<void(Fiber&)> body;
    std::unique_ptr<Fiber> fiber = Fiber::create(kStack);

    bool start() {
        return fiber->start([](void* self) { static_cast<Job*>(self)->run(); }, this);
    }
    void run() { body(*fiber); }
};

TEST(Fiber, RunsAJobAndCanBeUsedAgain) {
    int ran = 0;
    Job job{[&](Fiber& self) {
        EXPECT_EQ(Fiber::current(), &self);
        ++ran;
    }};
    EXPECT_TRUE(job.start());
    EXPECT_TRUE(job.start());
    EXPECT_EQ(ran, 2);
    EXPECT_EQ(Fiber::current(), nullptr);
}

TEST(Fiber, LeavesAJobInTheMiddleAndComesBack) {
    std::string seen;
    Job job{[&](Fiber& self) {
        seen += "a";
        self.suspend();
        seen += "b";
        self.suspend();
        seen += "c";
    }};
    EXPECT_FALSE(job.start());
    EXPECT_FALSE(job.fiber->idle());
    EXPECT_EQ(seen, "a");
    EXPECT_FALSE(job.fiber->resume());
    EXPECT_TRUE(job.fiber->resume());
    EXPECT_EQ(seen, "abc");
    EXPECT_TRUE(job.fiber->idle());
}

TEST(Fiber, RunsOnItsOwnStack) {
    const void* local = nullptr;
    Job job{[&](Fiber&) {
        char here = 0;
        local = __builtin_frame_address(0);
        static_cast<void>(here);
    }};
    EXPECT_TRUE(job.start());
    EXPECT_GE(local, static_cast<const void*>(job.fiber->stack().bottom()));
    EXPECT_LT(local, static_cast<const void*>(job.fiber->stack().top()));
}

TEST(Fiber, EachRethrowsItsOwnException) {
    std::vector<std::unique_ptr<Job>> jobs;
    std::vector<std::string> caught(100);
    for (std::size_t i = 0; i < caught.size(); ++i) {
        jobs.push_back(std::make_unique<Job>([&caught, i](Fiber& self) {
            try {
                try {
                    throw std::runtime_error(std::to_string(i));
                } catch (const std::exception&) {
                    self.suspend();
                    throw;
                }
            } catch (const std::exception& error) {
                caught[i] = error.what();
            }
        }));
        EXPECT_FALSE(jobs.back()->start());
        EXPECT_FALSE(std::current_exception());  // of this thread
    }
    for (auto& job : jobs) EXPECT_TRUE(job->fiber->resume());
    for (std::size_t i = 0; i < caught.size(); ++i) EXPECT_EQ(caught[i], std::to_string(i));
}

TEST(Fiber, AnExceptionOfTheThreadIsNotSeenInside) {
    bool seen = true;
    Job job{[&](Fiber&) { seen = static_cast<bool>(std::current_exception()); }};
    try {
        throw std::runtime_error("of the thread");
    } catch (const std::exception& error) {
        EXPECT_TRUE(job.start());
        EXPECT_STREQ(error.what(), "of the thread");
        EXPECT_TRUE(std::current_exception());
    }
    EXPECT_FALSE(seen);
}

TEST(GuardedStack, GuardsWhatIsBelowIt) {
    const auto stack = GuardedStack::allocate(kStack);
    ASSERT_TRUE(stack);
    EXPECT_EQ(stack->size(), kStack);
    EXPECT_TRUE(stack->guards(stack->bottom() - 1));
    EXPECT_FALSE(stack->guards(stack->bottom()));
    EXPECT_FALSE(stack->guards(stack->top()));
    *(stack->top() - 1) = std::byte{7};
    *stack->bottom() = std::byte{7};
    stack->trim(4096);
    EXPECT_EQ(*(stack->top() - 1), std::byte{7});
    EXPECT_EQ(*stack->bottom(), std::byte{0});  // given back
}

TEST(GuardedStack, SaysWhenThereIsNoMemory) {
    EXPECT_FALSE(GuardedStack::allocate(std::size_t{1} << 60));
}

}  // namespace
}  // namespace cedar::host::runtime
