#include "host/store/json_text.hpp"

#include <gtest/gtest.h>

namespace cedar::host::store {
namespace {

TEST(JsonText, PutsEachMemberOnALine) {
    EXPECT_EQ(json_to_text(R"({"a":[1,2],"b":{"c":"x, {y}: \"z\""},"d":[],"e":{ }})"),
              "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {\n    \"c\": \"x, {y}: \\\"z\\\"\"\n  },\n"
              "  \"d\": [],\n  \"e\": {}\n}");
}

TEST(JsonText, KeepsTheDigitsOfNumbers) {
    EXPECT_EQ(json_to_text("[12345678901234567890123, 1.10, 1e400]"), "[12345678901234567890123, 1.10, 1e400]")
        << "1e400 is out of range: the text is left as it is";
    EXPECT_EQ(json_to_text("[1.10]"), "[\n  1.10\n]");
}

TEST(JsonText, GivesTextThatIsNotJsonBack) {
    EXPECT_EQ(json_to_text("{\"a\":"), "{\"a\":");
    EXPECT_EQ(json_to_text("{} {}"), "{} {}");
    const std::string deep = std::string(100, '[') + std::string(100, ']');
    EXPECT_EQ(json_to_text(deep), deep);
}

}  // namespace
}  // namespace cedar::host::store
