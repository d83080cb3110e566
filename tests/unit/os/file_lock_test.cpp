#include "host/os/file_lock.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace cedar::host::os {
namespace {

constexpr std::chrono::milliseconds at_once{0}, a_moment{20}, long_enough{60000};

TEST(FileLock, IsHeldByOneUntilItIsGivenBack) {
    const TempFolder folder;
    const auto file = folder / "lock";
    {
        auto first = LockedFile::open(file, Hold::alone, at_once);
        ASSERT_TRUE(first);
        const auto moved = std::move(*first);
        const auto second = LockedFile::open(file, Hold::alone, a_moment);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, ErrorCode::unavailable);
        EXPECT_EQ(second.error().message,
                  file.string() + ": expected its lock within 20 ms, another process holds it");
        EXPECT_FALSE(LockedFile::open(file, Hold::shared, at_once));
    }
    EXPECT_TRUE(LockedFile::open(file, Hold::alone, at_once));
}

TEST(FileLock, IsSharedByManyAndNotHeldAloneBesideThem) {
    const TempFolder folder;
    const auto first = LockedFile::open(folder / "lock", Hold::shared, at_once);
    {
        const auto second = LockedFile::open(folder / "lock", Hold::shared, at_once);
        ASSERT_TRUE(first && second);
        EXPECT_FALSE(lock_file(first->descriptor(), Hold::alone, at_once));
    }
    EXPECT_TRUE(lock_file(first->descriptor(), Hold::alone, long_enough));
    EXPECT_FALSE(LockedFile::open(folder / "lock", Hold::shared, at_once));
    EXPECT_TRUE(lock_file(first->descriptor(), Hold::shared, at_once));
    EXPECT_TRUE(LockedFile::open(folder / "lock", Hold::shared, at_once));
}

TEST(FileLock, OfNoFileIsAnErrorThatNamesIt) {
    const TempFolder folder;
    const auto none = LockedFile::open(folder / "no folder" / "lock", Hold::alone, at_once);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::io);
    EXPECT_NE(none.error().message.find("no folder/lock: cannot be opened"), std::string::npos);
    const auto bad = lock_file(-1, Hold::alone, at_once);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::io);
}

}  // namespace
}  // namespace cedar::host::os
