#include "host/loader/read_ahead.hpp"

#include "host/loader/digest.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace cedar::host::loader {
namespace {

class ReadAheadTest : public testing::Test {
protected:
    std::filesystem::path write(const std::string& name, const std::string& content) {
        const auto file = folder_.path() / name;
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }
    [[nodiscard]] static std::string text_of(const HashedFile& file) {
        const auto& bytes = file.bytes->content;
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    [[nodiscard]] static std::string hash_of(const std::string& text) {
        return sha256_hex(std::as_bytes(std::span(text)));
    }

    TempFolder folder_;
    FakeClock clock_;
};

TEST_F(ReadAheadTest, GivesEachFileItsOwnContentAndHash) {
    std::vector<std::filesystem::path> files;
    for (int i = 0; i < 100; ++i) files.push_back(write(std::to_string(i), "content " + std::to_string(i)));
    ReadAhead ahead(files, 1000, clock_);
    for (int i = 0; i < 100; ++i) {
        const auto read = ahead.take(files[static_cast<std::size_t>(i)]);
        ASSERT_TRUE(read && read->bytes);
        EXPECT_EQ(text_of(*read), "content " + std::to_string(i));
        EXPECT_EQ(read->sha256, hash_of(text_of(*read)));
    }
}

TEST_F(ReadAheadTest, PassesOverWhatWasNotAskedFor) {
    const std::vector<std::filesystem::path> files{write("a", "1"), write("b", "2"), write("c", "3")};
    ReadAhead ahead(files, 1000, clock_);
    const auto last = ahead.take(files[2]);
    ASSERT_TRUE(last);
    EXPECT_EQ(text_of(*last), "3");
    EXPECT_FALSE(ahead.take(files[0]));
    EXPECT_FALSE(ahead.take(files[2]));
}

TEST_F(ReadAheadTest, KnowsOnlyWhatItWasGiven) {
    ReadAhead ahead({write("a", "1")}, 1000, clock_);
    EXPECT_FALSE(ahead.take(write("b", "2")));
    EXPECT_TRUE(ahead.take(folder_.path() / "a"));
}

TEST_F(ReadAheadTest, HandsOverWhyAFileCouldNotBeRead) {
    const std::vector<std::filesystem::path> files{folder_.path() / "absent", write("large", "12345"),
                                                   write("small", "1")};
    ReadAhead ahead(files, 4, clock_);
    EXPECT_EQ(ahead.take(files[0])->bytes.error().code, ErrorCode::not_found);
    EXPECT_EQ(ahead.take(files[1])->bytes.error().code, ErrorCode::limit);
    EXPECT_EQ(text_of(*ahead.take(files[2])), "1");
}

// Each is as large as what may be held, so that it has to wait for each to be taken.
TEST_F(ReadAheadTest, GoesOnWhenWhatItHeldWasTaken) {
    const std::string large(ReadAhead::kHeldBytes, 'x');
    const std::vector<std::filesystem::path> files{write("a", large), write("b", large), write("c", large)};
    ReadAhead ahead(files, ReadAhead::kHeldBytes, clock_);
    for (const auto& file : files) {
        const auto read = ahead.take(file);
        ASSERT_TRUE(read && read->bytes);
        EXPECT_EQ(read->bytes->content.size(), large.size());
    }
}

TEST_F(ReadAheadTest, EndsWhileMuchIsLeft) {
    const std::string large(ReadAhead::kHeldBytes, 'x');
    const std::vector<std::filesystem::path> files{write("a", large), write("b", large), write("c", large)};
    ReadAhead ahead(files, ReadAhead::kHeldBytes, clock_);
    EXPECT_TRUE(ahead.take(files[0]));
}

}  // namespace
}  // namespace cedar::host::loader
