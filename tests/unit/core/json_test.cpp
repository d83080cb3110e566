#include "host/core/json.hpp"
#include "host/core/local_json.hpp"

#include <gtest/gtest.h>

#include <rapidjson/memorystream.h>

#include <random>
#include <string>

namespace cedar::host {
namespace {

std::string message_of(std::string_view text, const JsonLimits& limits = {}) {
    const auto result = check_json(text, limits);
    const auto parsed = parse_json(text, limits);
    EXPECT_EQ(result.has_value(), parsed.has_value()) << text;
    if (result) return "ok";
    EXPECT_EQ(result.error().message, parsed.error().message);
    return result.error().message;
}

TEST(Json, AcceptsWhatTheGrammarAccepts) {
    for (const std::string_view text :
         {"null", " true ", "false", "0", "-0", "-1.5e-3", "12E+4", "1e-999", "\"\"",
          "\"\\u00e9\\ud83d\\ude00\\n\"", "[]", "{}", "[1,[2,{\"a\":[]}],\"\xC3\xA9\"]",
          "{\"a\":{\"a\":1},\"b\":{\"a\":2}}", "\t[\r\n1 , 2 ]\n"})
        EXPECT_EQ(message_of(text), "ok") << text;
}

TEST(Json, SaysWhereAndWhatWasExpected) {
    EXPECT_EQ(message_of(""), "JSON: byte 0: expected a value, got the end");
    EXPECT_EQ(message_of("{\"a\" 1}"), "JSON: byte 5: expected ':', got '1'");
    EXPECT_EQ(message_of("[1 2]"), "JSON: byte 3: expected ',' or ']', got '2'");
    EXPECT_EQ(message_of("{\"a\":1,}"), "JSON: byte 7: expected a key in quotes, got '}'");
    EXPECT_EQ(message_of("{} x"), "JSON: byte 3: expected nothing after the value, got 'x'");
    EXPECT_EQ(message_of("[\"a\nb\"]"), "JSON: byte 3: expected an escape for a control character, got byte 0x0a");
}

TEST(Json, RefusesWhatTheGrammarRefuses) {
    for (const std::string_view text : {"{",     "[",       "[1,]",    "[,1]",      "nul",
                                        "truE",  "01",      "1.",      ".5",        "+1",
                                        "-",     "1e",      "1e+",     "NaN",       "Infinity",
                                        "'a'",   "\"",      "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
                                        "{a:1}", "{\"a\"}", "[1]]",    "/**/1",     "\xEF\xBB\xBF{}",
                                        "1e999", "-1e999",  "[}",      "{]"})
        EXPECT_NE(message_of(text), "ok") << text;
    EXPECT_NE(message_of(std::string(400, '9')), "ok");
    EXPECT_NE(message_of(std::string_view("{}\0", 3)), "ok");
    EXPECT_NE(message_of(std::string_view("\"\\\0\"", 4)), "ok");
}

TEST(Json, RefusesLoneSurrogatesAndIllFormedUtf8) {
    for (const std::string_view text :
         {"\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"\xED\xA0\x80\"", "\"\xC0\x80\"",
          "\"\xF5\x80\x80\x80\"", "\"\xE2\x82\"", "\"\x80\"", "\"\xF4\x90\x80\x80\""})
        EXPECT_NE(message_of(text), "ok") << text;
}

TEST(Json, RefusesAKeyTwiceInOneObject) {
    EXPECT_EQ(message_of("{\"a\":1,\"b\":{\"a\":1},\"a\":2}"),
              "JSON: byte 19: expected each key once, got \"a\" again");
    EXPECT_NE(message_of("{\"a\":1,\"\\u0061\":2}"), "ok");
    EXPECT_NE(message_of("{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}"), "ok");
    EXPECT_EQ(message_of("{\"a\":1,\"a\":2}", {.unique_keys = false}), "ok");
}

TEST(Json, FindsADoubledKeyAmongMany) {
    std::string text = "{";
    for (int i = 0; i < 1000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
    EXPECT_EQ(message_of(text + "\"last\":0}"), "ok");
    for (const std::string_view again : {"k0", "k15", "k16", "k17", "k999"})
        EXPECT_NE(message_of(text + "\"" + std::string(again) + "\":0}"), "ok") << again;
}

TEST(Json, BoundsDepthAndSize) {
    EXPECT_EQ(message_of(std::string(64, '[') + std::string(64, ']')), "ok");
    EXPECT_EQ(message_of(std::string(65, '[') + std::string(65, ']')),
              "JSON: byte 64: expected at most 64 levels of nesting");
    EXPECT_EQ(check_json(std::string(5'000'000, '['), {.max_bytes = 10'000'000}).error().code, ErrorCode::limit);
    const auto large = check_json("[1,2,3]", {.max_bytes = 6});
    EXPECT_EQ(large.error().code, ErrorCode::limit);
    EXPECT_EQ(large.error().message, "JSON: expected at most 6 bytes, got 7");
}

TEST(Json, KeepsNumbersExactly) {
    const auto document = parse_json("[9007199254740993,18446744073709551615,-9223372036854775808,0.1,1e-999]");
    ASSERT_TRUE(document);
    EXPECT_EQ((*document)[0].GetInt64(), 9007199254740993);
    EXPECT_EQ((*document)[1].GetUint64(), 18446744073709551615U);
    EXPECT_EQ((*document)[2].GetInt64(), INT64_MIN);
    EXPECT_EQ((*document)[3].GetDouble(), 0.1);
    EXPECT_EQ((*document)[4].GetDouble(), 0.0);
}

// The library takes each of these for another number, as large as 1e268.
TEST(Json, ReadsEverySpellingOfZeroAsZero) {
    for (const std::string& zero :
         {std::string("0e90"), std::string("-0e90"), std::string("0E-90"), std::string("0.0e+99"),
          std::string("0e1"), "0." + std::string(23, '0'), "-0." + std::string(400, '0'), std::string("0.00e-400"),
          std::string("0e9999")}) {
        for (const std::string& text : {zero, "[" + zero + "]", R"({"0e90\"":"0e90","a":)" + zero + "}"}) {
            const auto tree = parse_json(text);
            ASSERT_TRUE(tree) << text;
            LocalJson local;
            const auto view = local.parse(text, {});
            ASSERT_TRUE(view) << text;
            for (const JsonValue* value : {static_cast<const JsonValue*>(&*tree), *view}) {
                if (value->IsArray()) value = &(*value)[0];
                if (value->IsObject()) {
                    EXPECT_EQ(string_member(*value, "0e90\""), "0e90");
                    value = find_member(*value, "a");
                }
                EXPECT_EQ(value->GetDouble(), 0.0) << text;
            }
        }
    }
    EXPECT_EQ(to_json(*parse_json("[0e90,1,-0e1]")), "[0.0,1,-0.0]");
}

// At the first two the library reads beyond a table, which ends the process.
TEST(Json, ReadsNumbersBelowTheSmallestDoubleAsZero) {
    for (const std::string& tiny :
         {std::string("3.330399999939999999933393e-333"), std::string("-12345678901234567890123e-360"),
          std::string("1e-999"), std::string("1e-99999999999"), "0." + std::string(500, '0') + "1"}) {
        const auto tree = parse_json("[" + tiny + "]");
        ASSERT_TRUE(tree) << tiny;
        EXPECT_EQ((*tree)[0].GetDouble(), 0.0) << tiny;
        LocalJson local;
        const auto view = local.parse(tiny, {});
        ASSERT_TRUE(view) << tiny;
        EXPECT_EQ((*view)->GetDouble(), 0.0) << tiny;
    }
}

TEST(Json, ReadsLongAndOddlyScaledNumbersExactly) {
    EXPECT_EQ(parse_json("1" + std::string(400, '0') + "e-400")->GetDouble(), 1.0);
    EXPECT_EQ(parse_json("0." + std::string(399, '0') + "1e+400")->GetDouble(), 1.0);
    EXPECT_EQ(parse_json("2.2250738585072011e-308")->GetDouble(), 2.2250738585072011e-308);
    EXPECT_EQ(parse_json("5e-324")->GetDouble(), 5e-324);
    EXPECT_EQ(parse_json("1.7976931348623157e308")->GetDouble(), 1.7976931348623157e308);
    EXPECT_EQ(parse_json("123456789012345678901234567890")->GetDouble(), 123456789012345678901234567890.0);
    for (const std::string& large : {std::string("1e309"), std::string("-1e99999999999"), std::string(400, '9'),
                                     std::string(400, '9') + "e-1", "0." + std::string(10, '0') + "1e999"})
        EXPECT_EQ(check_json(large).error().message, "JSON: byte 0: expected a number within the range of a double")
            << large;
}

// Beside the exponent, all goes the same way; so every kind of value stands there too.
TEST(Json, ReadsTheRestOfATextWithAnExponentAlike) {
    const std::string_view text =
        R"({"a":[1,-2,18446744073709551615,true,false,null,"x\u0000\"y"],"b":{"c":{}},"d":1e3})";
    const auto tree = parse_json(text);
    ASSERT_TRUE(tree);
    EXPECT_EQ(to_json(*tree),
              R"({"a":[1,-2,18446744073709551615,true,false,null,"x\u0000\"y"],"b":{"c":{}},"d":1000.0})");
    EXPECT_TRUE((*tree)["a"][0].IsInt() && (*tree)["a"][2].IsUint64());
    LocalJson local;
    const auto view = local.parse(text, {});
    ASSERT_TRUE(view);
    EXPECT_EQ(to_json(**view), to_json(*tree));
    const auto again = local.parse("[1e0]", {});
    ASSERT_TRUE(again);
    EXPECT_EQ(to_json(**again), "[1.0]");
}

TEST(Json, LeavesNumbersThatAreNotZero) {
    const auto tree = parse_json("[0e9,10e2,0.00000000000000000000000001,1e-30,-0.5e1]");
    ASSERT_TRUE(tree);
    const double expected[] = {0, 1000, 1e-26, 1e-30, -5};
    for (rapidjson::SizeType i = 0; i < 5; ++i) EXPECT_EQ((*tree)[i].GetDouble(), expected[i]);
}

TEST(Json, WritesWhatItRead) {
    const std::string_view text = R"({"a":[1,2.5,true,null,"é\n"],"b":{}})";
    EXPECT_EQ(to_json(*parse_json(text)), text);
}

// The scan decides what the library behind parse_json sees: on random damage they must agree.
TEST(Json, AgreesWithTheLibraryOnDamagedText) {
    const std::string good = R"({"a":[1,-2.5e3,true,null,"x\u00e9\ud83d\ude00"],"bc":{"d":"\\","e":[[],{}]}})";
    std::mt19937 random(7);
    for (int i = 0; i < 4000; ++i) {
        std::string text = good;
        for (auto n = random() % 3 + 1; n > 0; --n) text[random() % text.size()] = good[random() % good.size()];
        rapidjson::MemoryStream stream(text.data(), text.size());
        JsonDocument document;
        document.ParseStream<rapidjson::kParseValidateEncodingFlag>(stream);
        const bool library = !document.HasParseError();
        const bool ours = check_json(text, {.unique_keys = false}).has_value();
        // A lone low surrogate is the one thing that the library lets pass.
        EXPECT_TRUE(ours == library || (library && text.find("\\ud") != std::string::npos)) << text;
    }
}

TEST(Json, EscapesForTheWireAndForScripts) {
    EXPECT_EQ(json_string("a\"\\\n\t\r\x01\x7f"), R"("a\"\\\n\t\r\u0001\u007f")");
    EXPECT_EQ(json_string("\xE2\x80\xA8\xE2\x80\xA9\xC3\xA9"), "\"\\u2028\\u2029\xC3\xA9\"");
    EXPECT_EQ(json_string("a\xFF"
                          "b"),
              "\"a\xEF\xBF\xBD"
              "b\"");
}

TEST(Json, ReplacesEachIllFormedSequenceOnce) {
    EXPECT_EQ(to_utf8("a\xE2\x82"
                      "b"),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(to_utf8("\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80");
    EXPECT_EQ(to_utf8("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(to_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Json, FindsMembersOfObjectsOnly) {
    const auto document = parse_json(R"({"a":"x","n":1})");
    EXPECT_EQ(string_member(*document, "a"), "x");
    EXPECT_EQ(string_member(*document, "n"), "");
    EXPECT_EQ(string_member(*document, "none"), "");
    EXPECT_EQ(find_member((*document)["a"], "b"), nullptr);
    ASSERT_NE(find_member(*document, "n"), nullptr);
}

}  // namespace
}  // namespace cedar::host
