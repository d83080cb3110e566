#include "host/core/schema.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cedar::host {
namespace {

std::shared_ptr<const Schema> compiled(std::string_view text) {
    auto schema = Schema::compile(text);
    EXPECT_TRUE(schema) << text << ": " << (schema ? "" : schema.error().message);
    return schema ? *schema : nullptr;
}

std::string refusal(std::string_view text) {
    const auto schema = Schema::compile(text);
    return schema ? "accepted" : schema.error().message;
}

std::string verdict(std::string_view schema, std::string_view text) {
    const auto made = compiled(schema);
    const auto from_text = made->validate_text(text, {});
    const auto document = parse_json(text);
    EXPECT_TRUE(document);
    const auto from_value = made->validate(*document);
    EXPECT_EQ(from_text.has_value(), from_value.has_value());
    const auto made_by_host = made->validate_made(text, {});
    EXPECT_EQ(made_by_host ? "" : made_by_host.error().message, from_text ? "" : from_text.error().message);
    return from_text ? "ok" : from_text.error().message;
}

struct Case {
    const char *schema, *good, *bad, *message;
};

TEST(Schema, EnforcesEachKeyword) {
    const Case cases[] = {
        {R"({"type":"string"})", R"("a")", "5", "expected type string at top, got 5"},
        {R"({"type":["string","null"]})", "null", "true", "expected type null or string at top, got true"},
        {R"({"type":"integer"})", "-3", "1.0", "expected type integer at top, got 1.0"},
        {R"({"type":"number"})", "3", R"("3")", "expected type number at top, got string \"3\""},
        {R"({"minimum":1})", "1", "0.5", "expected minimum 1 at top, got 0.5"},
        {R"({"minimum":1,"exclusiveMinimum":true})", "1.5", "1", "expected minimum above 1 at top, got 1"},
        {R"({"maximum":9007199254740993})", "9007199254740993", "9007199254740994",
         "expected maximum 9007199254740993 at top, got 9007199254740994"},
        {R"({"maximum":2,"exclusiveMaximum":true})", "1", "2", "expected maximum below 2 at top, got 2"},
        {R"({"minLength":2})", "\"\xC3\xA9\xC3\xA9\"", "\"\xC3\xA9\"",
         "expected minLength 2 at top, got string \"\xC3\xA9\""},
        {R"({"maxLength":1})", "\"\xF0\x9F\x98\x80\"", R"("ab")", "expected maxLength 1 at top, got string \"ab\""},
        {R"({"pattern":"^a+$"})", R"("aa")", R"("ab")", "expected pattern ^a+$ at top, got string \"ab\""},
        {R"({"minItems":1})", "[1]", "[]", "expected minItems 1 at top, got an array of 0 items"},
        {R"({"maxItems":1})", "[1]", "[1,2]", "expected maxItems 1 at top, got an array of 2 items"},
        {R"({"uniqueItems":true})", "[1,2]", "[1,{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]",
         "expected uniqueItems (an object of 2 members is there twice) at top, got an array of 3 items"},
        {R"({"items":{"type":"boolean"}})", "[true]", "[true,1]", "expected type boolean at /1, got 1"},
        {R"({"items":[{"type":"boolean"}]})", "[true,1]", "[1]", "expected type boolean at /0, got 1"},
        {R"({"minProperties":1})", R"({"a":1})", "{}",
         "expected minProperties 1 at top, got an object of 0 members"},
        {R"({"maxProperties":0})", "{}", R"({"a":1})",
         "expected maxProperties 0 at top, got an object of 1 members"},
        {R"({"required":["b"]})", R"({"b":1})", R"({"a":1})",
         "expected required property \"b\" at top, got an object of 1 members"},
        {R"({"properties":{"a":{"properties":{"x/y":{"type":"null"}}}}})", R"({"a":{"x/y":null}})",
         R"({"a":{"x/y":[]}})", "expected type null at /a/x~1y, got an array of 0 items"},
        {R"({"properties":{"a":{}},"additionalProperties":false})", R"({"a":1})", R"({"a":1,"c":2})",
         "expected no such property (additionalProperties false) at /c, got 2"},
        {R"({"additionalProperties":{"type":"integer"}})", R"({"a":1})", R"({"a":"x"})",
         "expected type integer at /a, got string \"x\""},
        {R"({"patternProperties":{"^n_":{"type":"integer"}},"additionalProperties":false})", R"({"n_a":1})",
         R"({"n_a":"x"})", "expected type integer at /n_a, got string \"x\""},
        {R"({"enum":["a",1]})", "1.0", R"("b")", "expected enum [\"a\",1] at top, got string \"b\""},
        {R"({"allOf":[{"minimum":1},{"maximum":2}]})", "2", "3", "expected maximum 2 at top, got 3"},
        {R"({"anyOf":[{"type":"string"},{"minimum":5}]})", "5", "4",
         "expected anyOf (one of 2 schemas) at top, got 4"},
        {R"({"oneOf":[{"minimum":1},{"minimum":5}]})", "2", "6",
         "expected oneOf (exactly one of 2 schemas) at top, got 6"},
        {R"({"not":{"type":"null"}})", "1", "null", "expected not at top, got null"},
        {R"({"$ref":"#/definitions/a","definitions":{"a":{"type":"null"}}})", "null", "1",
         "expected type null at top, got 1"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(verdict(c.schema, c.good), "ok") << c.schema;
        EXPECT_EQ(verdict(c.schema, c.bad), c.message) << c.schema;
    }
}

TEST(Schema, BoundsAlsoTheTextThatTheHostMade) {
    const auto schema = compiled(R"({"type":"object"})");
    EXPECT_TRUE(schema->validate_made(R"({"a":1})", {.max_bytes = 7}));
    const auto refused = schema->validate_made(R"({"a":12})", {.max_bytes = 7});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::limit);
}

TEST(Schema, RefusesWhatItWouldNotEnforce) {
    EXPECT_EQ(refusal(R"({"properties":{"a":{"const":1}}})"),
              "schema: /properties/a/const: keyword \"const\" is not one of the supported subset");
    for (const std::string_view keyword :
         {"contains", "propertyNames", "if", "format", "$defs", "$id", "multipleOf", "dependencies", "prefixItems",
          "additionalItems", "$schema"})
        EXPECT_NE(refusal("{\"" + std::string(keyword) + "\":{}}").find("is not one of"), std::string::npos)
            << keyword;
    EXPECT_EQ(refusal(R"({"items":true})"), "schema: /items: expected a schema (an object), got a boolean");
    EXPECT_EQ(refusal(R"({"minimum":1,"exclusiveMinimum":5})"),
              "schema: /exclusiveMinimum: expected a boolean (as in draft 4), got a number");
    EXPECT_EQ(refusal(R"({"exclusiveMaximum":true})"),
              "schema: top: expected \"maximum\" beside \"exclusiveMaximum\"");
    EXPECT_EQ(refusal(R"({"type":"text"})"),
              "schema: /type: expected null, boolean, integer, number, string, array or object, got \"text\"");
    EXPECT_EQ(refusal(R"({"properties":{"a":{"$ref":"#/definitions/b","type":"null"}},"definitions":{"b":{}}})"),
              "schema: /properties/a/type: expected nothing beside \"$ref\", got \"type\"");
    for (const std::string_view text :
         {"true", "[]", "", "{\"type\":[]}", "{\"enum\":[]}", "{\"anyOf\":[]}", "{\"minLength\":-1}",
          "{\"minLength\":1.5}", "{\"required\":[\"a\",\"a\"]}", "{\"required\":\"a\"}", "{\"uniqueItems\":1}",
          "{\"type\":\"null\",\"type\":\"null\"}", "{\"items\":{\"definitions\":{}}}", "{\"properties\":[]}"})
        EXPECT_NE(refusal(text), "accepted") << text;
}

TEST(Schema, RefusesReferencesThatGoNowhere) {
    for (const std::string_view ref :
         {"#", "#/definitions/none", "#/properties/a", "other.json", "#/%24defs/x", "#/definitions/", "#/$defs/a"})
        EXPECT_NE(refusal("{\"$ref\":\"" + std::string(ref) + "\",\"definitions\":{\"a\":{}}}"), "accepted") << ref;
}

TEST(Schema, RefusesCyclesThatNeverStepIntoTheValue) {
    EXPECT_NE(
        refusal(R"({"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#/definitions/a"}}})").find("itself"),
        std::string::npos);
    EXPECT_NE(
        refusal(R"({"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"allOf":[{"$ref":"#/definitions/a"}]}}})"),
        "accepted");
    EXPECT_NE(refusal(R"({"definitions":{"a":{"not":{"anyOf":[{},{"$ref":"#/definitions/a"}]}}}})"), "accepted");
}

TEST(Schema, AcceptsRecursionThroughTheValue) {
    const std::string_view tree =
        R"({"$ref":"#/definitions/t","definitions":{"t":{"type":"object","additionalProperties":{"$ref":"#/definitions/t"}}}})";
    EXPECT_EQ(verdict(tree, R"({"a":{"b":{}}})"), "ok");
    EXPECT_EQ(verdict(tree, R"({"a":{"b":1}})"), "expected type object at /a/b, got 1");
}

TEST(Schema, RefusesLongChainsForOneValue) {
    std::string definitions;
    for (int i = 0; i < 100; ++i)
        definitions +=
            "\"d" + std::to_string(i) + "\":{\"$ref\":\"#/definitions/d" + std::to_string(i + 1) + "\"},";
    EXPECT_NE(refusal("{\"definitions\":{" + definitions + "\"d100\":{}}}").find("at most 32"), std::string::npos);
}

TEST(Schema, BoundsExponentialAlternatives) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += "[";
    text += "1" + std::string(40, ']');
    const auto twice = compiled(
        R"({"$ref":"#/definitions/t","definitions":{"t":{"anyOf":[
            {"items":{"$ref":"#/definitions/t"},"type":"array"},
            {"items":{"$ref":"#/definitions/t"},"type":"array"}]}}})");
    const auto bounded = twice->validate_text(text, {});
    ASSERT_FALSE(bounded);
    EXPECT_EQ(bounded.error().code, ErrorCode::limit);
}

TEST(Schema, DoesAsMuchWorkAsItWasGiven) {
    SchemaCache cache(10);
    const auto schema = cache.get(R"({"items":{"type":"integer"}})").value();
    EXPECT_TRUE(schema->validate_text("[1,2,3]", {}));
    const auto bounded = schema->validate_text("[1,2,3,4,5,6,7,8,9,10,11,12]", {});
    ASSERT_FALSE(bounded);
    EXPECT_EQ(bounded.error().code, ErrorCode::limit);
}

TEST(Schema, BoundsTheStackOfAValidation) {
    std::string all = "{\"$ref\":\"#/definitions/t\"}";
    for (int i = 0; i < 12; ++i) all = "{\"allOf\":[" + all + "]}";
    const auto schema = compiled("{\"definitions\":{\"t\":{\"items\":" + all + "}},\"items\":" + all + "}");
    const auto result = schema->validate_text(std::string(60, '[') + std::string(60, ']'), {});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::limit);
}

TEST(Schema, ComparesManyItemsInGoodTime) {
    std::string text = "[";
    for (int i = 0; i < 50000; ++i) text += std::to_string(i) + ",";
    const auto schema = compiled(R"({"uniqueItems":true})");
    EXPECT_TRUE(schema->validate_text(text + "-1]", {}));
    EXPECT_FALSE(schema->validate_text(text + "4711]", {}));
    EXPECT_FALSE(schema->validate_text(text + "4711.0]", {}));
}

TEST(Schema, BoundsSizeAndDepthOfTheSchema) {
    std::string deep = "{}";
    for (int i = 0; i < 40; ++i) deep = "{\"not\":" + deep + "}";
    EXPECT_NE(refusal(deep), "accepted");
    EXPECT_NE(refusal("{\"title\":\"" + std::string(70'000, 'x') + "\"}"), "accepted");
}

TEST(Schema, KeepsItsTextCompact) {
    EXPECT_EQ(compiled(" { \"type\" : \"null\" } ")->text(), R"({"type":"null"})");
}

TEST(Schema, RefusesTextThatIsNotJson) {
    const auto result = compiled("{}")->validate_text("{\"a\":1,\"a\":2}", {});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "JSON: byte 7: expected each key once, got \"a\" again");
}

TEST(SchemaCache, SharesOneSchemaPerText) {
    SchemaCache cache;
    const auto first = *cache.get(R"({"type":"null"})");
    EXPECT_EQ(first, *cache.get(R"({"type":"null"})"));
    EXPECT_NE(first, *cache.get(R"({"type":"string"})"));
    EXPECT_FALSE(cache.get("[]"));
}

}  // namespace
}  // namespace cedar::host
