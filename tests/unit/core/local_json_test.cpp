#include "host/core/local_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cedar::host {
namespace {

TEST(LocalJson, ReadsSmallAndLargeTextAlike) {
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{500}, std::size_t{511}, std::size_t{512}, std::size_t{5000}}) {
        LocalJson document;
        const std::string word(size, 'x');
        const auto value = document.parse(R"({"a":")" + word + R"(","b":[1,2.5,null]})", {});
        ASSERT_TRUE(value) << size;
        EXPECT_EQ(string_member(**value, "a"), word);
        EXPECT_EQ(to_json(*find_member(**value, "b")), "[1,2.5,null]");
    }
}

TEST(LocalJson, LeavesTheTextAsItWas) {
    LocalJson document;
    const std::string text = R"({"a":"one\ntwo \u00e9"})";
    const std::string copy = text;
    const auto value = document.parse(text, {});
    ASSERT_TRUE(value);
    EXPECT_EQ(string_member(**value, "a"), "one\ntwo é");
    EXPECT_EQ(text, copy);
}

TEST(LocalJson, RefusesWhatParseJsonRefusesInTheSameWords) {
    const std::string deep = std::string(70, '[') + std::string(70, ']');
    for (const std::string& text : {std::string(), std::string("{"), std::string(R"({"a":1,"a":2})"),
                                    std::string("1 2"), std::string("\"\xff\""), std::string("[1]\0", 4), deep}) {
        LocalJson document;
        const auto value = document.parse(text, {});
        const auto tree = parse_json(text);
        ASSERT_FALSE(value) << text;
        ASSERT_FALSE(tree) << text;
        EXPECT_EQ(value.error().message, tree.error().message);
        EXPECT_EQ(value.error().code, tree.error().code);
    }
}

TEST(LocalJson, MayBeUsedAgain) {
    LocalJson document;
    for (int i = 0; i < 100; ++i) {
        const auto value = document.parse("{\"n\":" + std::to_string(i) + "}", {});
        ASSERT_TRUE(value);
        EXPECT_EQ(find_member(**value, "n")->GetInt(), i);
    }
}

}  // namespace
}  // namespace cedar::host
