#include "host/runtime/block_pool.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace cedar::host::runtime {
namespace {

// Sizes that nothing else uses: each has a stock of its own.
template <std::size_t Bytes>
std::vector<void*> take(std::size_t count) {
    std::vector<void*> blocks;
    for (std::size_t i = 0; i < count; ++i) {
        blocks.push_back(BlockPool<Bytes>::take());
        std::memset(blocks.back(), static_cast<int>(i), Bytes);
    }
    return blocks;
}

template <std::size_t Bytes>
void give(const std::vector<void*>& blocks) {
    for (void* block : blocks) BlockPool<Bytes>::give(block);
}

TEST(BlockPool, GivesTheBlockThatCameBackLast) {
    const auto blocks = take<4160>(2);
    give<4160>(blocks);
    EXPECT_EQ(BlockPool<4160>::take(), blocks[1]);
    EXPECT_EQ(BlockPool<4160>::take(), blocks[0]);
    give<4160>(blocks);
}

TEST(BlockPool, GivesNoBlockTwiceAndEachOnALineOfItsOwn) {
    const auto blocks = take<4224>(1000);
    EXPECT_EQ(std::set<void*>(blocks.begin(), blocks.end()).size(), blocks.size());
    for (const void* block : blocks) EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 64, 0U);
    give<4224>(blocks);
}

TEST(BlockPool, WhatOneThreadTakesAndAnotherGivesBackServesAgain) {
    const auto blocks = take<4288>(1000);
    std::thread([&] { give<4288>(blocks); }).join();  // its own share too, when it ends
    const auto again = take<4288>(1000);
    EXPECT_EQ(std::set<void*>(blocks.begin(), blocks.end()), std::set<void*>(again.begin(), again.end()));
    give<4288>(again);
}

TEST(BlockPool, KeepsNoMoreThanItIsTrimmedTo) {
    const auto blocks = take<4352>(1000);
    std::thread([&] { give<4352>(blocks); }).join();
    EXPECT_EQ(BlockPool<4352>::kept(), 1000U);
    BlockPools::trim(100);
    EXPECT_EQ(BlockPool<4352>::kept(), 100U);
    give<4352>(take<4352>(200));
}

TEST(BlockPool, MakesSharedObjectsThatEndAnywhere) {
    auto made = make_pooled<std::vector<int>>(std::size_t{3}, 7);
    EXPECT_EQ(*made, (std::vector<int>{7, 7, 7}));
    std::thread([held = std::move(made)] {}).join();
}

}  // namespace
}  // namespace cedar::host::runtime
