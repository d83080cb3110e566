#include "host/app/listen_rules.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

TEST(TokenFile, HoldsOneLine) {
    const TempFolder folder;
    for (const char* content : {"0123456789abcdef", "0123456789abcdef\n", "0123456789abcdef\r\n"})
        EXPECT_EQ(*read_token(folder.write("token", content)), "0123456789abcdef");
    EXPECT_EQ(read_token(folder.write("token", std::string(4096, 'x') + "\n"))->size(), 4096U);
}

TEST(TokenFile, OfAnotherKindIsRefusedWithoutShowingIt) {
    const TempFolder folder;
    for (const std::string& content :
         {std::string(), std::string("\n"), std::string("too short"), std::string(4097, 'x'),
          std::string(9999, 'x'), std::string("0123456789 abcdef"), std::string("0123456789abcdef\nsecond line"),
          std::string("0123456789abcdef\xc3\xa9"), std::string("0123456789abcdef\0", 17)}) {
        const auto file = folder.write("token", content);
        const auto token = read_token(file);
        ASSERT_FALSE(token) << content;
        EXPECT_EQ(token.error().code, ErrorCode::invalid_argument);
        EXPECT_EQ(token.error().message.find("0123456789"), std::string::npos);
        EXPECT_EQ(token.error().message.rfind(file.string() + ": expected one line", 0), 0U)
            << token.error().message;
    }
}

TEST(TokenFile, IsKnownToBeForAllEyes) {
    const TempFolder folder;
    const auto file = folder.write("token", "0123456789abcdef");
    std::filesystem::permissions(file, std::filesystem::perms(0644));
    EXPECT_TRUE(is_readable_by_all(file));
    std::filesystem::permissions(file, std::filesystem::perms(0640));
    EXPECT_FALSE(is_readable_by_all(file));
    EXPECT_FALSE(is_readable_by_all(folder / "absent"));
}

TEST(TokenFile, ThatIsNotThereIsNamed) {
    const TempFolder folder;
    const auto token = read_token(folder / "absent");
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().code, ErrorCode::io);
    EXPECT_NE(token.error().message.find("absent: cannot be read: No such file"), std::string::npos);
    EXPECT_FALSE(read_token(folder.path()));
}

}  // namespace
}  // namespace cedar::host::app
