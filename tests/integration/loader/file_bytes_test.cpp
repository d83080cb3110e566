#include "host/loader/file_bytes.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace cedar::host::loader {
namespace {

std::string text_of(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(FileBytes, ReadsTheWholeFile) {
    const TempFolder folder;
    const auto read = read_regular_file(folder.write("x", std::string(100'000, 'y')), 100'000);
    ASSERT_TRUE(read);
    EXPECT_EQ(text_of(read->content), std::string(100'000, 'y'));
    EXPECT_EQ(read->stamp.size, 100'000U);
    EXPECT_EQ(read->stamp, stamp_of(folder / "x").value());
}

TEST(FileBytes, RefusesWhatIsTooLarge) {
    const TempFolder folder;
    const auto read = read_regular_file(folder.write("x", "12345"), 4);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::limit);
    EXPECT_EQ(read.error().message, "too large: expected at most 4 bytes, got 5");
}

TEST(FileBytes, DoesNotWaitForAPipe) {
    const TempFolder folder;
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(read_regular_file(folder / "pipe", 10).error().message, "not a regular file");
    EXPECT_EQ(stamp_of(folder / "pipe").error().message, "not a regular file");
}

TEST(FileBytes, ReplacesAFileWhole) {
    const TempFolder folder;
    const auto file = folder.write("x", "old and longer");
    const std::string text = "new";
    ASSERT_TRUE(write_file_whole(file, std::as_bytes(std::span(text)), 0444));
    EXPECT_EQ(text_of(read_regular_file(file, 100).value().content), "new");
    EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms{0444});
}

TEST(FileBytes, LeavesNothingBehindWhenWritingFails) {
    const TempFolder folder;
    std::filesystem::create_directories(folder / "taken/inside");
    EXPECT_EQ(write_file_whole(folder / "taken", {}, 0644).error().message, "cannot be written: Is a directory");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(FileBytes, MapsAFileAndAnEmptyOne) {
    const TempFolder folder;
    const auto mapped = MappedFile::open(folder.write("x", "abc"));
    ASSERT_TRUE(mapped);
    EXPECT_EQ(mapped->content().size(), 3U);
    const auto empty = MappedFile::open(folder.write("y", ""));
    ASSERT_TRUE(empty);
    EXPECT_TRUE(empty->content().empty());
    EXPECT_EQ(MappedFile::open(folder / "z").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace cedar::host::loader
