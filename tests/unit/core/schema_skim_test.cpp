#include "host/core/schema_node.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cedar::host {
namespace {

constexpr std::uint64_t kSteps = 100'000;

bool surely(const CompiledSchema& schema, std::string_view json, std::uint64_t steps = kSteps) {
    return surely_fits(schema.nodes.front(), json, steps);
}

bool surely(std::string_view schema, std::string_view json, std::uint64_t steps = kSteps) {
    CompiledSchema compiled;
    EXPECT_TRUE(compile_schema(schema, compiled)) << schema;
    return surely(compiled, json, steps);
}

TEST(SchemaSkim, IsSureOfWhatMostSchemasAsk) {
    const char* const object = R"({"type":"object","required":["a"],"properties":{"a":{"type":"string"},
        "n":{"type":["integer","null"],"minimum":-2,"maximum":7,"exclusiveMaximum":true},
        "e":{"enum":["one","two"]},"l":{"type":"array","items":{"type":"number"},"maxItems":2},
        "r":{"$ref":"#/definitions/b"},"any":{}},"additionalProperties":false,
        "definitions":{"b":{"type":"boolean"}}})";
    for (const char* const json :
         {R"({"a":""})", R"( { "a" : "b" } )", R"({"a":"\"}"})", R"({"a":"x","n":6})", R"({"n":-2,"a":"x"})",
          R"({"a":"x","n":null})", R"({"a":"x","e":"two"})", R"({"a":"x","l":[]})", R"({"a":"x","l":[1, 2.5e3]})",
          R"({"a":"x","r":true})", R"({"a":"x","any":{"deep":["]}\\\"",{"a":[1]}]}})", "{\"a\":\"\xC3\xA9\"}"})
        EXPECT_TRUE(surely(object, json)) << json;
    EXPECT_TRUE(surely(R"({"type":"object"})", R"({"a":[{"b":1}]})"));
    EXPECT_TRUE(surely(R"({"minLength":2,"maxLength":2})", "\"\xC3\xA9\xC3\xA9\""));
    EXPECT_TRUE(surely(R"({"items":[{"type":"null"}],"minItems":2})", R"([null,{"a":1}])"));
    EXPECT_TRUE(surely(R"({"additionalProperties":{"type":"integer"},"minProperties":1})", R"({"a":1,"b":-2})"));
}

TEST(SchemaSkim, LeavesTheRestToTheValidator) {
    const char* const doubtful[][2] = {
        {R"({"pattern":"a"})", R"("a")"},
        {R"({"anyOf":[{}]})", "1"},
        {R"({"oneOf":[{}]})", "1"},
        {R"({"allOf":[{}]})", "1"},
        {R"({"not":{"type":"null"}})", "1"},
        {R"({"uniqueItems":true})", "[]"},
        {R"({"patternProperties":{"a":{}}})", "{}"},
        {R"({"enum":[1]})", "1"},
        {R"({"enum":["a"]})", R"("\u0061")"},
        {R"({"minLength":1})", R"("\n")"},
        {R"({"type":"integer"})", "1234567890123456789"},
        {R"({"maximum":2})", "1.5"},
        {R"({"properties":{"a":{}}})", R"({"\u0061":1})"},
    };
    for (const auto& [schema, json] : doubtful) EXPECT_FALSE(surely(schema, json)) << schema;
}

TEST(SchemaSkim, IsNotSureOfWhatDoesNotFit) {
    const char* const wrong[][2] = {
        {R"({"type":"object"})", "[]"},
        {R"({"type":"integer"})", "1.0"},
        {R"({"type":"integer","minimum":0})", "-1"},
        {R"({"maximum":2,"exclusiveMaximum":true})", "2"},
        {R"({"enum":["a"]})", R"("b")"},
        {R"({"maxLength":1})", R"("ab")"},
        {R"({"maxItems":1})", "[1,2]"},
        {R"({"items":{"type":"null"}})", "[null,1]"},
        {R"({"required":["a"]})", R"({"b":1})"},
        {R"({"properties":{"a":{"type":"null"}}})", R"({"a":0})"},
        {R"({"additionalProperties":false})", R"({"a":1})"},
        {R"({"maxProperties":1})", R"({"a":1,"b":2})"},
    };
    for (const auto& [schema, json] : wrong) EXPECT_FALSE(surely(schema, json)) << schema;
}

TEST(SchemaSkim, StopsAtItsBoundsAndAtTheEndOfTheText) {
    EXPECT_TRUE(surely(R"({"items":{"type":"null"}})", "[null,null]", 3));
    EXPECT_FALSE(surely(R"({"items":{"type":"null"}})", "[null,null]", 2));
    const char* const nested =
        R"({"$ref":"#/definitions/a","definitions":{"a":{"type":"array","items":{"$ref":"#/definitions/a"}}}})";
    const auto deep = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
    EXPECT_TRUE(surely(nested, deep(100)));
    EXPECT_FALSE(surely(nested, deep(200)));
    const std::string whole = R"({"a":"b\"","c":[1,{"d":null}],"e":"f"})";
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(surely(R"({"required":["a","e"],"properties":{"c":{"items":{}}}})", whole.substr(0, size)));
}

// Random schemas and values of few words, so that they meet.
class Maker {
public:
    explicit Maker(unsigned seed) : random_(seed) {}

    std::string schema(int depth) {
        std::string out = "{";
        const auto add = [&](const std::string& keyword) { out += (out.size() > 1 ? "," : "") + keyword; };
        if (one_in(2))
            add(R"("type":")" + pick({"null", "boolean", "integer", "number", "string", "array", "object"}) + '"');
        if (one_in(6)) add(R"("minimum":)" + pick({"-1", "0", "1.5"}));
        if (one_in(6))
            add(R"("maximum":)" + pick({"0", "1", "12"}) + R"(,"exclusiveMaximum":)" + pick({"true", "false"}));
        if (one_in(6)) add(R"("minLength":1)");
        if (one_in(6)) add(R"("maxLength":1)");
        if (one_in(8)) add(R"("enum":["a","bb",1,null])");
        if (one_in(6)) add(R"("maxItems":1)");
        if (one_in(6)) add(R"("minProperties":1)");
        if (one_in(6)) add(R"("required":["a"])");
        if (one_in(12)) add(R"("uniqueItems":true)");
        if (one_in(12)) add(R"("pattern":"^a")");
        if (depth > 0 && one_in(2)) add(R"("items":)" + schema(depth - 1));
        if (depth > 0 && one_in(2))
            add(R"("properties":{"a":)" + schema(depth - 1) + R"(,"b":)" + schema(depth - 1) + "}");
        if (depth > 0 && one_in(4)) add(R"("additionalProperties":)" + (one_in(2) ? "false" : schema(depth - 1)));
        if (depth > 0 && one_in(12)) add(R"("anyOf":[)" + schema(depth - 1) + "]");
        return out + "}";
    }

    std::string value(int depth) {
        const auto kind = depth > 0 ? below(7) : below(5);
        if (kind == 5)
            return "[" + (one_in(3) ? "" : value(depth - 1) + (one_in(2) ? "" : " , " + value(depth - 1))) + "]";
        if (kind == 6) {
            return "{" +
                   (one_in(3)
                        ? ""
                        : R"("a":)" + value(depth - 1) + (one_in(2) ? "" : R"(, "\u0062" : )" + value(depth - 1))) +
                   "}";
        }
        return pick({"null", "true", "false", "0", "-1", "1", "1.0", "1e1", "12", "9223372036854775808", R"("")",
                     R"("a")", R"("bb")", R"("\"")", "\"\xC3\xA9\""});
    }

private:
    std::size_t below(std::size_t count) {
        return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
    }
    bool one_in(std::size_t count) { return below(count) == 0; }
    std::string pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

    std::mt19937 random_;
};

TEST(SchemaSkim, IsNeverSureOfWhatTheValidatorRefuses) {
    std::size_t sure = 0, fit = 0;
    for (unsigned seed = 0; seed < 3000; ++seed) {
        Maker maker(seed);
        const std::string text = maker.schema(2);
        CompiledSchema schema;
        ASSERT_TRUE(compile_schema(text, schema)) << text;
        for (int i = 0; i < 10; ++i) {
            const std::string json = maker.value(3);
            const auto document = parse_json(json);
            ASSERT_TRUE(document) << json;
            const bool fits = validate_value(schema.nodes.front(), *document, kSteps).has_value();
            const bool said = surely(schema, json);
            EXPECT_TRUE(fits || !said) << text << " " << json;
            if (fits) ++fit;
            if (said) ++sure;
        }
    }
    EXPECT_GT(sure, fit / 2);  // it is of use
}

}  // namespace
}  // namespace cedar::host
