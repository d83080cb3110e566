#include "host/loader/library_cache.hpp"

#include "tests/integration/loader/loader_fixture.hpp"

#include <chrono>
#include <vector>

namespace cedar::host::loader {
namespace {

class LibraryCacheTest : public LoaderTest {
protected:
    // One start of a host: what it took in, kept for the next.
    [[nodiscard]] Result<CachedLibrary> start(const std::filesystem::path& file) {
        LibraryCache cache(folder_ / "cache", 1 << 20, clock_);
        auto library = cache.take_in(file);
        EXPECT_TRUE(cache.save());
        return library;
    }

    // Old enough, by the hand-ticked clock, for its stamp to be trusted.
    void age() { clock_.advance(std::chrono::hours(24 * 365 * 20)); }
};

TEST_F(LibraryCacheTest, CopiesOnceAndKnowsItAgain) {
    age();
    const auto file = install("good");
    const auto cold = start(file);
    ASSERT_TRUE(cold);
    const auto inode_of = [](const std::filesystem::path& path) { return stamp_of(path).value().inode; };
    const auto inode = inode_of(cold->copy);
    const auto warm = start(file);
    ASSERT_TRUE(warm);
    EXPECT_EQ(warm->copy, cold->copy);
    EXPECT_EQ(warm->sha256, cold->sha256);
    EXPECT_EQ(warm->found.manifest_json, cold->found.manifest_json);
    EXPECT_EQ(inode_of(warm->copy), inode);
}

TEST_F(LibraryCacheTest, ReplacesACopyThatIsNotWhatItWas) {
    age();
    const auto file = install("good");
    const auto first = start(file);
    ASSERT_TRUE(first);
    std::filesystem::remove(first->copy);
    std::ofstream(first->copy) << "damaged";
    const auto second = start(file);
    ASSERT_TRUE(second);
    EXPECT_EQ(content_of(second->copy), content_of(file));
}

TEST_F(LibraryCacheTest, SeesANewFileOfTheSameSize) {
    age();
    const auto file = install("good", "x.so");
    const auto first = start(file);
    std::string changed = content_of(file);
    changed.replace(changed.find("Answers with {}."), 7, "Replies");
    std::ofstream(file, std::ios::binary) << changed;
    const auto second = start(file);
    ASSERT_TRUE(first && second);
    EXPECT_NE(second->sha256, first->sha256);
    EXPECT_EQ(second->found.manifest->components[0].summary, "Replies with {}.");
}

TEST_F(LibraryCacheTest, MakesNoCopyOfWhatIsRefused) {
    const auto library = start(install("no_entry"));
    ASSERT_TRUE(library);
    EXPECT_TRUE(library->copy.empty());
    EXPECT_FALSE(std::filesystem::exists(folder_ / "cache" / library->sha256));
}

TEST_F(LibraryCacheTest, TakesInWhatItExpectedAsItWouldOtherwise) {
    age();
    std::vector<std::filesystem::path> files;
    for (const char* fixture : {"good", "no_entry", "no_manifest"}) files.push_back(install(fixture));
    LibraryCache cache(folder_ / "cache", 1 << 20, clock_);
    LibraryCache other(folder_ / "other", 1 << 20, clock_);
    cache.expect(files);
    for (const auto& file : files) {
        const auto expected = cache.take_in(file);
        const auto plain = other.take_in(file);
        ASSERT_TRUE(expected && plain) << file;
        EXPECT_EQ(expected->sha256, plain->sha256);
        EXPECT_EQ(expected->found.refusal, plain->found.refusal);
        EXPECT_EQ(expected->copy.empty(), plain->copy.empty());
        if (!plain->copy.empty()) {
            EXPECT_EQ(content_of(expected->copy), content_of(file));
        }
    }
}

TEST_F(LibraryCacheTest, ReadsAgainWhatWasWrittenSinceItWasExpected) {
    age();
    const std::vector<std::filesystem::path> files{install("good", "a.so"), install("good", "b.so"),
                                                   install("good", "c.so")};
    LibraryCache cache(folder_ / "cache", 1 << 20, clock_);
    cache.expect(files);
    ASSERT_TRUE(cache.take_in(files[0]));
    std::string changed = content_of(files[1]);
    changed.replace(changed.find("Answers with {}."), 7, "Replies");
    std::ofstream(files[1], std::ios::binary) << changed;
    const auto taken = cache.take_in(files[1]);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->found.manifest->components[0].summary, "Replies with {}.");
    std::filesystem::remove(files[2]);
    EXPECT_FALSE(cache.take_in(files[2]));
}

TEST_F(LibraryCacheTest, LeavesNoTemporaryFilesBehind) {
    const auto library = start(install("good"));
    ASSERT_TRUE(library);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "cache")) {
        files += entry.is_regular_file() ? 1U : 0U;
    }
    EXPECT_EQ(files, 3U);  // the copy, the hashes and the lock
}

}  // namespace
}  // namespace cedar::host::loader
