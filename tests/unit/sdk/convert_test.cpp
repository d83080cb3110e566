#include <cedar/convert.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace {

using cedar::from_json;
using cedar::to_json;

enum class Tone { calm, loud };
BOOST_DESCRIBE_ENUM(Tone, calm, loud)

struct Inner {
    std::int8_t small = 0;
    std::optional<std::string> note;
    bool operator==(const Inner&) const = default;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (small, note))

struct Everything {
    std::string text;
    std::uint64_t count = 0;
    double real = 0;
    bool flag = false;
    Tone tone = Tone::calm;
    std::vector<Inner> list;
    std::map<std::string, std::int64_t> map;
    std::optional<Inner> inner;
    cedar::Json any;
    bool operator==(const Everything&) const = default;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (text, count, real, flag, tone, list, map, inner, any))

struct Bounded {
    std::string name;
    std::int32_t limit = 10;
    double share = 0.5;
    std::vector<int> list = {1};
};
BOOST_DESCRIBE_STRUCT(Bounded, (), (name, limit, share, list))
CEDAR_ANNOTATE(Bounded, cedar::field<&Bounded::name>{.min_length = 2, .max_length = 3},
               cedar::field<&Bounded::limit>{.minimum = 1, .maximum = 200, .has_default = true},
               cedar::field<&Bounded::share>{.minimum = -0.5, .maximum = 0.5, .has_default = true},
               cedar::field<&Bounded::list>{.min_items = 1, .max_items = 2, .has_default = true})

template <class T>
std::string refusal(std::string_view text, cedar::Unknown unknown = cedar::Unknown::ignore) {
    try {
        static_cast<void>(from_json<T>(text, unknown));
    } catch (const cedar::Error& error) {
        EXPECT_EQ(error.code, "invalid_argument");
        return error.message;
    }
    return "accepted";
}

TEST(Convert, ReturnsWhatWasWritten) {
    const Everything value{.text = "a \"quoted\"\n\u00DF\u4E2D\U0001F332",
                           .count = std::numeric_limits<std::uint64_t>::max(),
                           .real = 0.1,
                           .flag = true,
                           .tone = Tone::loud,
                           .list = {{-128, "x"}, {127, {}}},
                           .map = {{"a/b", -1}, {"", 2}},
                           .inner = Inner{5, {}},
                           .any = cedar::Json(R"([1,{"b":null}])")};
    EXPECT_EQ(from_json<Everything>(to_json(value)), value);
}

TEST(Convert, WritesMembersInDescribedOrderAndLeavesEmptyOptionalsOut) {
    EXPECT_EQ(to_json(Inner{3, {}}), R"({"small":3})");
    EXPECT_EQ(to_json(Inner{3, "x"}), R"({"small":3,"note":"x"})");
    EXPECT_EQ(to_json(std::vector<std::optional<int>>{1, {}}), "[1,null]");
}

TEST(Convert, ReadsEverySpellingOfANumber) {
    for (const std::string& zero :
         {std::string("0e90"), std::string("-0e90"), std::string("0E-90"), std::string("-0"),
          "0." + std::string(23, '0'), std::string("0.00e-400"), std::string("1e-999"),
          std::string("3.330399999939999999933393e-333"), "0." + std::string(500, '0') + "1"})
        EXPECT_EQ(from_json<double>(zero), 0.0) << zero;
    EXPECT_EQ(from_json<double>("0.1"), 0.1);
    EXPECT_EQ(from_json<double>("-2.5e-3"), -2.5e-3);
    EXPECT_EQ(from_json<double>("17"), 17.0);
    EXPECT_EQ(from_json<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(from_json<std::uint64_t>("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(refusal<double>("1e400"), "expected a number within the range of a double at byte 0");
    EXPECT_EQ(refusal<double>(std::string(400, '9')), "expected a number within the range of a double at byte 0");
}

TEST(Convert, IgnoresUnknownMembersUnlessToldToRefuse) {
    EXPECT_EQ(from_json<Inner>(R"({"small":1,"more":[{}]})"), (Inner{1, {}}));
    EXPECT_EQ(refusal<Inner>(R"({"small":1,"more":2})", cedar::Unknown::refuse),
              R"(expected only small, note at the top, got "more")");
    EXPECT_EQ(refusal<cedar::Nothing>(R"({"more":2})", cedar::Unknown::refuse),
              R"(expected no member at the top, got "more")");
}

TEST(Convert, TakesNullForAnEmptyOptional) {
    EXPECT_EQ(from_json<Inner>(R"({"small":1,"note":null})"), (Inner{1, {}}));
}

TEST(Convert, KeepsTheInitialValueOfAnAbsentFieldWithDefault) {
    const auto value = from_json<Bounded>(R"({"name":"ab"})");
    EXPECT_EQ(value.limit, 10);
    EXPECT_EQ(value.share, 0.5);
}

TEST(Convert, SaysWhatWasExpectedWhereAndWhatCame) {
    EXPECT_EQ(refusal<Inner>("3"), "expected an object at the top, got 3");
    EXPECT_EQ(refusal<Inner>("{}"), "expected a value at /small, got nothing");
    EXPECT_EQ(refusal<Inner>(R"({"small":128})"), "expected a whole number of 8 bits at /small, got 128");
    EXPECT_EQ(refusal<Inner>(R"({"small":1.0})"), "expected a whole number of 8 bits at /small, got 1.0");
    EXPECT_EQ(refusal<std::uint32_t>("-1"), "expected a whole number of 32 bits, not negative, at the top, got -1");
    EXPECT_EQ(refusal<std::vector<Inner>>(R"([{"small":1},{"small":"x"}])"),
              R"(expected a whole number of 8 bits at /1/small, got "x")");
    EXPECT_EQ((refusal<std::map<std::string, bool>>(R"({"a/b~":1})")), "expected true or false at /a~1b~0, got 1");
    EXPECT_EQ(refusal<Tone>(R"("shrill")"), R"(expected one of calm, loud at the top, got "shrill")");
    EXPECT_EQ(refusal<std::string>("[1,2]"), "expected a string at the top, got an array of 2");
    EXPECT_EQ(refusal<double>("{}"), "expected a number at the top, got an object");
    EXPECT_EQ(refusal<bool>('"' + std::string(100, 'x') + '"'),
              "expected true or false at the top, got \"" + std::string(40, 'x') + "\"…");
}

TEST(Convert, ChecksBounds) {
    EXPECT_EQ(refusal<Bounded>(R"({"name":"a"})"), "expected at least 2 characters at /name, got 1 character");
    EXPECT_EQ(refusal<Bounded>("{\"name\":\"\u4E2D\u4E2D\u4E2D\"}"), "accepted");
    EXPECT_EQ(refusal<Bounded>("{\"name\":\"abcd\"}"), "expected at most 3 characters at /name, got 4 characters");
    EXPECT_EQ(refusal<Bounded>(R"({"name":"ab","limit":0})"), "expected at least 1 at /limit, got 0");
    EXPECT_EQ(refusal<Bounded>(R"({"name":"ab","limit":201})"), "expected at most 200 at /limit, got 201");
    EXPECT_EQ(refusal<Bounded>(R"({"name":"ab","share":0.51})"), "expected at most 0.5 at /share, got 0.51");
    EXPECT_EQ(refusal<Bounded>(R"({"name":"ab","list":[]})"), "expected at least 1 item at /list, got 0 items");
    EXPECT_EQ(refusal<Bounded>(R"({"name":"ab","list":[1,2,3]})"),
              "expected at most 2 items at /list, got 3 items");
}

TEST(Convert, RefusesWhatIsNotJson) {
    for (const std::string_view text : {"", "{", "{} {}", "nul", "{\"a\":1,}", "\"\x01\"", "[1", "01"}) {
        EXPECT_THAT(refusal<cedar::Json>(text), testing::StartsWith("expected JSON, got something else at byte"));
    }
    EXPECT_THAT(refusal<std::string>("\"\xFF\""), testing::StartsWith("expected JSON"));
    EXPECT_THAT(refusal<std::string>(std::string_view("\"a\0b\"", 5)), testing::StartsWith("expected JSON"));
}

TEST(Convert, BoundsTheDepth) {
    EXPECT_EQ(refusal<cedar::Json>(std::string(64, '[') + std::string(64, ']')), "accepted");
    EXPECT_EQ(refusal<cedar::Json>(std::string(65, '[') + std::string(65, ']')),
              "expected JSON at most 64 levels deep, got more at byte 64");
    EXPECT_THAT(refusal<cedar::Json>(std::string(5'000'000, '[')), testing::HasSubstr("64 levels"));
}

TEST(Convert, RefusesToWriteWhatIsNoJson) {
    const auto refused = [](const auto& value) {
        try {
            return to_json(value);
        } catch (const cedar::Error& error) {
            EXPECT_EQ(error.code, "invalid_output");
            return error.message;
        }
    };
    EXPECT_EQ(refused(std::vector<std::string>{"ok", "\xC3\x28"}), "expected UTF-8, got other bytes at /1");
    EXPECT_EQ(refused(Inner{1, "\xED\xA0\x80"}), "expected UTF-8, got other bytes at /note");
    EXPECT_EQ(refused(std::numeric_limits<double>::quiet_NaN()),
              "expected a finite number, got infinity or not-a-number at the top");
    EXPECT_EQ(refused(static_cast<Tone>(7)), "expected a described enumerator, got another value at the top");
}

TEST(Convert, WritesControlCharactersEscaped) {
    EXPECT_EQ(to_json(std::string("\x01\t\"\\")), R"("\u0001\u0009\"\\")");
}

TEST(Json, ReadsItsTextAsAType) {
    EXPECT_EQ(cedar::Json(R"({"small":4})").as<Inner>(), (Inner{4, {}}));
    EXPECT_THROW(static_cast<void>(cedar::Json("[]").as<Inner>()), cedar::Error);
    EXPECT_TRUE(cedar::Json().is_null());
    EXPECT_EQ(cedar::json_of(Inner{4, {}}).text(), R"({"small":4})");
}

}  // namespace
