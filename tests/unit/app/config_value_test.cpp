#include "host/app/config_value.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

constexpr Key kNumber{.name = "n", .type = KeyType::integer, .fallback = "5", .min = 1, .max = 600000};
constexpr Key kChoice{.name = "c", .type = KeyType::choice, .fallback = "text", .choices = "text|json"};
constexpr Key kFlag{.name = "f", .type = KeyType::boolean, .fallback = "no"};
constexpr Key kFolders{.name = "p", .type = KeyType::paths};
constexpr Key kNames{.name = "t", .type = KeyType::texts};

std::string message_of(const Result<ConfigValue>& result) {
    return result ? "accepted " + to_toml(*result) : result.error().message;
}

TEST(ParseValue, TakesNumbersUpToBothEndsOfTheRange) {
    EXPECT_EQ(std::get<std::int64_t>(*parse_value(kNumber, "1")), 1);
    EXPECT_EQ(std::get<std::int64_t>(*parse_value(kNumber, "600000")), 600000);
}

TEST(ParseValue, SaysWhatWasExpectedAndWhatCame) {
    EXPECT_EQ(message_of(parse_value(kNumber, "abc")), R"(expected 1 to 600000, got "abc")");
    EXPECT_EQ(message_of(parse_value(kNumber, "0")), "expected 1 to 600000, got 0");
    EXPECT_EQ(message_of(parse_value(kNumber, "600001")), "expected 1 to 600000, got 600001");
    EXPECT_EQ(message_of(parse_value(kNumber, "5 ")), R"(expected 1 to 600000, got "5 ")");
    EXPECT_EQ(message_of(parse_value(kNumber, "")), R"(expected 1 to 600000, got "")");
    EXPECT_EQ(message_of(parse_value(kNumber, "99999999999999999999")),
              R"(expected 1 to 600000, got "99999999999999999999")");
    EXPECT_EQ(message_of(parse_value(kChoice, "xml")), R"(expected one of text, json, got "xml")");
    EXPECT_EQ(message_of(parse_value(kFlag, "maybe")), R"(expected true or false, got "maybe")");
}

TEST(ParseValue, KnowsTheUsualWordsForYesAndNo) {
    for (const char* word : {"1", "true", "YES", "On"})
        EXPECT_TRUE(std::get<bool>(*parse_value(kFlag, word))) << word;
    for (const char* word : {"0", "false", "No", "OFF"}) {
        EXPECT_FALSE(std::get<bool>(*parse_value(kFlag, word))) << word;
    }
}

TEST(ParseValue, SplitsListsAndLeavesOutEmptyItems) {
    EXPECT_EQ(to_toml(*parse_value(kFolders, "/a:/b,c:")), R"(["/a", "/b,c"])");
    EXPECT_EQ(to_toml(*parse_value(kNames, "x,,y:z")), R"(["x", "y:z"])");
    EXPECT_EQ(to_toml(*parse_value(kNames, "")), "[]");
}

TEST(CheckValue, RefusesAnotherType) {
    EXPECT_EQ(check_value(kNumber, ConfigValue(std::string("8"))).error().message,
              R"(expected 1 to 600000, got "8")");
    EXPECT_EQ(check_value(kNames, ConfigValue(true)).error().message, "expected a list of texts, got true");
}

TEST(CheckValue, RefusesTextWithANulByte) {
    EXPECT_FALSE(check_value(Key{.name = "t"}, ConfigValue(std::string("a\0b", 3))).has_value());
}

}  // namespace
}  // namespace cedar::host::app
