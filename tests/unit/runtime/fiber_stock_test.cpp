#include "host/runtime/fiber_stock.hpp"

#include "host/runtime/fiber_cache.hpp"

#include <gtest/gtest.h>

#include <sys/mman.h>
#include <array>
#include <cstddef>
#include <cstring>
#include <exception>
#include <memory>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace cedar::host::runtime {
namespace {

constexpr std::size_t kStack = 64 * 1024, kOther = 128 * 1024;
constexpr std::size_t kBurst = 200;  // more than a thread keeps for itself

// What a burst of so many at once does to a thread's cache: which fibers it had.
std::set<const Fiber*> burst(FiberCache& cache, std::size_t count, std::size_t stack_bytes = kStack) {
    FiberStock::Fibers all;
    std::set<const Fiber*> had;
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back(cache.take(stack_bytes));
        EXPECT_NE(all.back(), nullptr);
        EXPECT_EQ(all.back()->stack_bytes(), stack_bytes);
        had.insert(all.back().get());
    }
    for (auto& fiber : all) cache.give(std::move(fiber));
    return had;
}

template <class Body>
void on_another_thread(Body body) {
    std::thread(body).join();
}

bool catches_by_itself(Fiber& fiber) {
    bool caught = false;
    const auto job = [](void* argument) {
        try {
            throw std::runtime_error("of a job");
        } catch (const std::exception&) {
            *static_cast<bool*>(argument) = true;
        }
    };
    return fiber.start(job, &caught) && caught;
}

// Touches the lower half of the stack it runs on.
void touch(void* /*argument*/) {
    std::array<volatile char, kStack / 2> all;
    for (std::size_t i = 0; i < all.size(); i += 1024) all[i] = 1;
}

std::size_t resident_bytes(const GuardedStack& stack) {
    constexpr std::size_t page = 4096;
    std::vector<unsigned char> pages(stack.size() / page);
    EXPECT_EQ(::mincore(stack.bottom(), stack.size(), pages.data()), 0);
    std::size_t resident = 0;
    for (const unsigned char one : pages) resident += (one & 1U) * page;
    return resident;
}

TEST(FiberStock, WhatOneThreadMadeForABurstServesAnother) {
    FiberStock stock(1024);
    FiberCache own(stock);
    const auto first = burst(own, kBurst);
    EXPECT_EQ(first.size(), kBurst);
    EXPECT_EQ(stock.alive(), kBurst);
    on_another_thread([&] {
        FiberCache others(stock);
        EXPECT_EQ(burst(others, kBurst - 64).size(), kBurst - 64);
    });
    EXPECT_EQ(stock.alive(), kBurst) << "a thread keeps at most 64 for itself";
    on_another_thread([&] {
        FiberCache others(stock);
        burst(others, kBurst);
    });
    EXPECT_LE(stock.alive(), kBurst + 64);
}

TEST(FiberStock, AJobRunsOnAFiberThatRanOnAnotherThread) {
    FiberStock stock(1024);
    FiberStock::Fibers fibers;
    fibers.push_back(stock.create(kStack));
    EXPECT_TRUE(catches_by_itself(*fibers.back()));
    stock.give(kStack, 1, fibers);
    EXPECT_TRUE(fibers.empty());
    on_another_thread([&] {
        FiberCache others(stock);
        const auto fiber = others.take(kStack);
        EXPECT_TRUE(catches_by_itself(*fiber));
        EXPECT_EQ(std::uncaught_exceptions(), 0);
    });
    EXPECT_EQ(stock.alive(), 1U);
}

TEST(FiberStock, GivesTheLastFirstAndEachOfItsSize) {
    FiberStock stock(1024);
    FiberStock::Fibers fibers, others;
    for (int i = 0; i < 3; ++i) fibers.push_back(stock.create(kStack));
    const Fiber* const last = fibers[2].get();
    stock.give(kStack, 3, fibers);
    stock.take(kOther, 8, others);
    EXPECT_TRUE(others.empty());
    stock.take(kStack, 1, others);
    ASSERT_EQ(others.size(), 1U);
    EXPECT_EQ(others[0].get(), last);
    stock.take(kStack, 8, others);
    EXPECT_EQ(others.size(), 3U);
}

TEST(FiberStock, KeepsNoMoreThanItMayOfAllSizes) {
    FiberStock stock(100);
    {
        FiberCache own(stock);
        burst(own, kBurst);
        burst(own, kBurst, kOther);
        EXPECT_EQ(stock.alive(), 2 * kBurst);
        stock.trim();
        EXPECT_EQ(stock.alive(), 100U + 2 * 40U)
            << "what a thread keeps for itself stays: 200 less 5 batches of 32";
    }
    stock.trim();
    EXPECT_EQ(stock.alive(), 100U);
    stock.trim();
    EXPECT_EQ(stock.alive(), 100U);
}

TEST(FiberStock, GivesBackWhatABurstTouchedOfAllButAFew) {
    FiberStock stock(1024);
    FiberStock::Fibers fibers;
    for (int i = 0; i < 80; ++i) {
        fibers.push_back(stock.create(kStack));
        EXPECT_TRUE(fibers.back()->start(&touch, nullptr));
    }
    stock.give(kStack, fibers.size(), fibers);
    stock.trim();
    stock.trim();
    stock.take(kStack, 80, fibers);
    ASSERT_EQ(fibers.size(), 80U);
    std::size_t cold = 0;
    for (const auto& fiber : fibers)
        if (resident_bytes(fiber->stack()) <= 8192) ++cold;
    EXPECT_EQ(cold, 16U);
    for (const auto& fiber : fibers) EXPECT_TRUE(catches_by_itself(*fiber));
}

TEST(FiberStock, SaysWhenThereIsNoMemory) {
    FiberStock stock(1024);
    FiberCache cache(stock);
    EXPECT_EQ(cache.take(std::size_t{1} << 60), nullptr);
    EXPECT_EQ(stock.alive(), 0U);
}

}  // namespace
}  // namespace cedar::host::runtime
