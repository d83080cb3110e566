#include "host/app/env_file.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(EnvFile, ReadsNamesValuesCommentsAndQuotes) {
    const auto read = parse_env_file(
        "\xEF\xBB\xBF# a comment\r\n\nA=1\r\n export B = two words # and why\nC=\"x # \\\"y\\\"\\n\" # z\nD='$A "
        "\\n'\nE=\n"
        "F=a#b",
        ".env");
    EXPECT_TRUE(read.problems.empty());
    EXPECT_EQ(
        read.variables,
        (Pairs{{"A", "1"}, {"B", "two words"}, {"C", "x # \"y\"\n"}, {"D", "$A \\n"}, {"E", ""}, {"F", "a#b"}}));
}

TEST(EnvFile, NamesABadLineByItsNumberAndNeverItsText) {
    const auto read = parse_env_file("A=1\nsk-secret\n1B=sk-secret\nC=\"sk-secret\nD='x' sk-secret\nE=2", "d/.env");
    EXPECT_EQ(read.variables, (Pairs{{"A", "1"}, {"E", "2"}}));
    ASSERT_EQ(read.problems.size(), 4U);
    EXPECT_EQ(read.problems[0], "d/.env:2: expected NAME=VALUE, found no '='");
    EXPECT_EQ(read.problems[1], "d/.env:3: expected a name of letters, digits and '_' before the '='");
    EXPECT_EQ(read.problems[2], "d/.env:4: expected the quote that closes the value, and nothing behind it");
    for (const auto& problem : read.problems) EXPECT_EQ(problem.find("secret"), std::string::npos) << problem;
}

}  // namespace
}  // namespace cedar::host::app
