#include "host/core/small_function.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace cedar::host {
namespace {

using Count = SmallFunction<int(int)>;

TEST(SmallFunction, CallsWhatItWasMadeOf) {
    const auto base = std::make_shared<int>(40);
    const Count add([base](int more) { return *base + more; });
    EXPECT_TRUE(static_cast<bool>(add));
    EXPECT_EQ(add(2), 42);
    EXPECT_EQ(base.use_count(), 2);
}

TEST(SmallFunction, LetsGoOfWhatItHeldOnce) {
    const auto held = std::make_shared<int>(0);
    {
        Count one([held](int) { return *held; });
        const Count copy = one;
        EXPECT_EQ(held.use_count(), 3);
        const Count moved = std::move(one);
        EXPECT_EQ(held.use_count(), 3);
        one = nullptr;
        EXPECT_EQ(moved(1) + copy(1), 0);
    }
    EXPECT_EQ(held.use_count(), 1);
}

TEST(SmallFunction, HoldsWhatIsTooLargeForItElsewhere) {
    const auto held = std::make_shared<int>(7);
    std::array<int, 100> numbers{};
    numbers[99] = 5;
    {
        Count large([held, numbers](int at) { return *held + numbers[static_cast<std::size_t>(at)]; });
        const Count copy = large;
        EXPECT_EQ(held.use_count(), 3);
        const Count moved = std::move(large);
        EXPECT_EQ(copy(99), 12);
        EXPECT_EQ(moved(0), 7);
    }
    EXPECT_EQ(held.use_count(), 1);
}

TEST(SmallFunction, IsEmptyWhenMadeOfNothing) {
    EXPECT_FALSE(static_cast<bool>(Count{}));
    EXPECT_TRUE(Count(nullptr) == nullptr);
    EXPECT_FALSE(static_cast<bool>(Count(std::function<int(int)>{})));
    int (*none)(int) = nullptr;
    EXPECT_FALSE(static_cast<bool>(Count(none)));
    const Count full([](int one) { return one; });
    EXPECT_FALSE(full == nullptr);
}

TEST(SmallFunction, TakesAnotherInPlaceOfItsOwn) {
    const auto first = std::make_shared<int>(1), second = std::make_shared<int>(2);
    Count one([first](int) { return *first; });
    const Count two([second](int) { return *second; });
    one = two;
    EXPECT_EQ(first.use_count(), 1);
    EXPECT_EQ(one(0), 2);
    const Count& same = one;
    one = same;
    EXPECT_EQ(one(0), 2);
    one = Count{};
    EXPECT_EQ(second.use_count(), 2);
}

TEST(SmallFunction, HandsArgumentsOverWithoutCopies) {
    const SmallFunction<std::size_t(std::unique_ptr<std::string>)> size(
        [](std::unique_ptr<std::string> text) { return text->size(); });
    EXPECT_EQ(size(std::make_unique<std::string>("four")), 4U);
}

TEST(SmallFunctionDeathTest, ToCallAnEmptyOneIsAMistake) {
    EXPECT_DEATH(Count{}(1), "check failed");
}

}  // namespace
}  // namespace cedar::host
