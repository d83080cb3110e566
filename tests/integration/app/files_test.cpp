// Files that the program reads and writes itself.
#include "host/app/config_loader.hpp"
#include "host/app/listen_rules.hpp"
#include "host/app/places.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

TEST(WriteWhole, ReplacesAFileAndLeavesNothingElse) {
    const TempFolder folder;
    const auto file = folder.write("port", "a longer text than the next");
    ASSERT_TRUE(write_whole(file, "8000\n").has_value());
    EXPECT_EQ(read_config_file(file)->value(), "8000\n");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WriteWhole, NamesTheFileThatItCannotWrite) {
    const auto written = write_whole("/proc/no/such/port", "8000\n");
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().message, "/proc/no/such/port: cannot be written");
}

TEST(ReadConfigFile, HasNothingForAFileThatIsNotThere) {
    const TempFolder folder;
    const auto text = read_config_file(folder / "cedar.toml");
    ASSERT_TRUE(text.has_value());
    EXPECT_FALSE(text->has_value());
}

TEST(ReadConfigFile, RefusesAFolderAndWhatIsTooLarge) {
    const TempFolder folder;
    EXPECT_FALSE(read_config_file(folder.path()).has_value());
    const auto large = folder.write("cedar.toml", std::string(2 * 1024 * 1024, '#'));
    const auto text = read_config_file(large);
    ASSERT_FALSE(text.has_value());
    EXPECT_EQ(text.error().code, ErrorCode::limit);
}

TEST(Places, FindsTheBuildTreeBeforeTheInstalledOne) {
    const TempFolder folder;
    const auto program = folder / "bin/cedar";
    EXPECT_EQ(builtin_plugins(program), "");
    std::filesystem::create_directories(folder / "lib/cedar/plugins");
    EXPECT_EQ(builtin_plugins(program), folder / "lib/cedar/plugins");
    std::filesystem::create_directories(folder / "plugins");
    EXPECT_EQ(builtin_plugins(program), folder / "plugins");
    EXPECT_EQ(builtin_prompts(program), "");
    EXPECT_EQ(builtin_plugins(""), "");
}

}  // namespace
}  // namespace cedar::host::app
