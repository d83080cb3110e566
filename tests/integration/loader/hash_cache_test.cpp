#include "host/loader/hash_cache.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace cedar::host::loader {
namespace {

using namespace std::chrono_literals;

const std::string kHash(64, 'a');
constexpr UtcTime kLater{1h};
constexpr FileStamp kStamp{1, 2, 3, 1'000'000'001, 1'000'000'001};

TEST(HashCache, RemembersAcrossStarts) {
    const TempFolder folder;
    HashCache first(folder / "hashes");
    first.remember("/p/with a space.so", kStamp, kHash, kLater);
    ASSERT_TRUE(first.save());
    HashCache second(folder / "hashes");
    EXPECT_EQ(second.find("/p/with a space.so", kStamp), kHash);
    EXPECT_FALSE(second.find("/p/other.so", kStamp));
}

TEST(HashCache, DoesNotKnowAFileWhoseStampIsAnother) {
    const TempFolder folder;
    HashCache cache(folder / "hashes");
    cache.remember("/p/x.so", kStamp, kHash, kLater);
    for (int field = 0; field < 5; ++field) {
        FileStamp other = kStamp;
        other.device += field == 0 ? 1U : 0U;
        other.inode += field == 1 ? 1U : 0U;
        other.size += field == 2 ? 1U : 0U;
        other.modified_ns += field == 3 ? 1 : 0;
        other.changed_ns += field == 4 ? 1 : 0;
        EXPECT_FALSE(cache.find("/p/x.so", other)) << field;
    }
}

TEST(HashCache, DoesNotTrustAFileThatWasJustWritten) {
    const TempFolder folder;
    HashCache cache(folder / "hashes");
    const UtcTime soon{std::chrono::microseconds(1'010'000)};  // 10 ms after the stamp
    cache.remember("/p/x.so", kStamp, kHash, soon);
    EXPECT_FALSE(cache.find("/p/x.so", kStamp));
    const FileStamp whole_seconds{1, 2, 3, 1'000'000'000, 1'000'000'000};
    cache.remember("/p/y.so", whole_seconds, kHash, UtcTime{2500ms});
    EXPECT_FALSE(cache.find("/p/y.so", whole_seconds));
    cache.remember("/p/y.so", whole_seconds, kHash, UtcTime{3500ms});
    EXPECT_TRUE(cache.find("/p/y.so", whole_seconds));
}

TEST(HashCache, DropsWhatWasNotAskedFor) {
    const TempFolder folder;
    HashCache first(folder / "hashes");
    first.remember("/p/x.so", kStamp, kHash, kLater);
    first.remember("/p/y.so", kStamp, kHash, kLater);
    ASSERT_TRUE(first.save());
    HashCache second(folder / "hashes");
    EXPECT_TRUE(second.find("/p/x.so", kStamp));
    ASSERT_TRUE(second.save());
    HashCache third(folder / "hashes");
    EXPECT_TRUE(third.find("/p/x.so", kStamp));
    EXPECT_FALSE(third.find("/p/y.so", kStamp));
}

TEST(HashCache, ReadsADamagedFileAsEmpty) {
    const TempFolder folder;
    for (const std::string text :
         {"", "something else\n", "cedar plugin hashes 1\n\n1 2 3\nnot a hash 1 2 3 4 5 /p/x.so\n"}) {
        HashCache cache(folder.write("hashes", text));
        EXPECT_FALSE(cache.find("/p/x.so", kStamp));
    }
}

TEST(HashCache, WritesNothingWhenNothingChanged) {
    const TempFolder folder;
    HashCache cache(folder / "hashes");
    ASSERT_TRUE(cache.save());
    EXPECT_FALSE(std::filesystem::exists(folder / "hashes"));
}

TEST(HashCache, NamesTheFileThatItCannotWrite) {
    const TempFolder folder;
    HashCache cache(folder / "nowhere/hashes");
    cache.remember("/p/x.so", kStamp, kHash, kLater);
    EXPECT_EQ(cache.save().error().message,
              (folder / "nowhere/hashes").native() + ": cannot be written: No such file or directory");
}

}  // namespace
}  // namespace cedar::host::loader
