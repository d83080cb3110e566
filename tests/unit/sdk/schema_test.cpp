#include <cedar/schema.hpp>

#include <gtest/gtest.h>

// Most of this file is proven by its compilation; the cases name what was proven.
namespace {

enum class Tone { calm, loud };
BOOST_DESCRIBE_ENUM(Tone, calm, loud)

struct Base {
    bool urgent = false;
};
BOOST_DESCRIBE_STRUCT(Base, (), (urgent))

struct Inner : Base {
    std::int8_t small = 0;
};
BOOST_DESCRIBE_STRUCT(Inner, (Base), (small))

struct Everything {
    std::string text;
    std::uint64_t count = 0;
    std::int64_t whole = 0;
    float real = 0;
    Tone tone = Tone::calm;
    std::vector<std::string> list;
    std::map<std::string, bool> flags;
    Inner inner;
    cedar::Json any;
    cedar::Nothing nothing;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (text, count, whole, real, tone, list, flags, inner, any, nothing))

struct Maybe {
    std::optional<std::string> text;
    std::optional<Tone> tone;
    std::optional<Base> base;
    std::optional<std::vector<int>> list;
    std::optional<cedar::Json> any;
};
BOOST_DESCRIBE_STRUCT(Maybe, (), (text, tone, base, list, any))

struct Annotated {
    std::string name;
    std::int32_t limit = 10;
    double share = 0.5;
    std::vector<std::string> tags;
    std::optional<std::uint16_t> port;
};
BOOST_DESCRIBE_STRUCT(Annotated, (), (name, limit, share, tags, port))
CEDAR_ANNOTATE(Annotated,
               cedar::field<&Annotated::name>{
                   .description = "Its \"name\".\n", .min_length = 1, .max_length = 80, .pattern = "^[a-z\\d]+$"},
               cedar::field<&Annotated::limit>{.minimum = -5, .maximum = 200, .has_default = true},
               cedar::field<&Annotated::share>{.minimum = -0.25, .maximum = 1.5},
               cedar::field<&Annotated::tags>{.min_items = 1, .max_items = 3},
               cedar::field<&Annotated::port>{.description = "Where.", .minimum = 1})

static_assert(
    cedar::schema_of<Everything>() ==
    R"({"type":"object","properties":{"text":{"type":"string"},"count":{"type":"integer","minimum":0},)"
    R"("whole":{"type":"integer"},"real":{"type":"number"},"tone":{"type":"string","enum":["calm","loud"]},)"
    R"("list":{"type":"array","items":{"type":"string"}},)"
    R"("flags":{"type":"object","additionalProperties":{"type":"boolean"}},)"
    R"("inner":{"type":"object","properties":{"urgent":{"type":"boolean"},)"
    R"("small":{"type":"integer","minimum":-128,"maximum":127}},"required":["urgent","small"]},)"
    R"("any":{},"nothing":{"type":"object"}},)"
    R"("required":["text","count","whole","real","tone","list","flags","inner","any","nothing"]})");

static_assert(
    cedar::schema_of<Maybe>() ==
    R"({"type":"object","properties":{"text":{"type":["string","null"]},)"
    R"("tone":{"type":["string","null"],"enum":["calm","loud",null]},)"
    R"("base":{"type":["object","null"],"properties":{"urgent":{"type":"boolean"}},"required":["urgent"]},)"
    R"("list":{"type":["array","null"],)"
    R"("items":{"type":"integer","minimum":-2147483648,"maximum":2147483647}},"any":{}}})");

static_assert(cedar::schema_of<Annotated>() ==
              R"({"type":"object","properties":{"name":{"type":"string","minLength":1,"maxLength":80,)"
              R"("pattern":"^[a-z\\d]+$","description":"Its \"name\".\u000a"},)"
              R"("limit":{"type":"integer","minimum":-5,"maximum":200},)"
              R"("share":{"type":"number","minimum":-0.25,"maximum":1.5},)"
              R"("tags":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":3},)"
              R"("port":{"type":["integer","null"],"minimum":1,"maximum":65535,"description":"Where."}},)"
              R"("required":["name","share","tags"]})");

static_assert(cedar::schema_of<cedar::Nothing>() == R"({"type":"object"})");
static_assert(cedar::schema_of<cedar::Json>() == "{}");
static_assert(cedar::schema_of<std::uint64_t>() == R"({"type":"integer","minimum":0})");

TEST(Schema, IsMadeAtCompileTimeFromTheDescribedStruct) {
    EXPECT_TRUE(cedar::schema_of<Everything>().starts_with(R"({"type":"object")"));
}

TEST(Schema, AllowsFurtherProperties) {
    EXPECT_EQ(cedar::schema_of<Annotated>().find("additionalProperties"), std::string_view::npos);
}

TEST(Schema, LeavesOptionalFieldsAndDefaultsOutOfRequired) {
    EXPECT_EQ(cedar::schema_of<Maybe>().find("required\":[\"text"), std::string_view::npos);
    EXPECT_NE(cedar::schema_of<Annotated>().find(R"("required":["name","share","tags"])"), std::string_view::npos);
}

}  // namespace
