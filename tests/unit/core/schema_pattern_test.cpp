#include "host/core/schema_pattern.hpp"

#include <gtest/gtest.h>

namespace cedar::host {
namespace {

constexpr std::uint64_t kPlenty = 1'000'000;

bool found(std::string_view pattern, std::string_view text) {
    const auto compiled = Pattern::compile(pattern);
    EXPECT_TRUE(compiled) << pattern << ": " << (compiled ? "" : compiled.error().message);
    auto steps = kPlenty;
    return compiled && compiled->search(text, steps);
}

TEST(Pattern, MatchesAsEcmaDoes) {
    EXPECT_TRUE(found("b", "abc"));
    EXPECT_FALSE(found("^b", "abc"));
    EXPECT_TRUE(found("^abc$", "abc"));
    EXPECT_FALSE(found("^ab$", "abc"));
    EXPECT_TRUE(found("^(ab|cd)+$", "abcdab"));
    EXPECT_FALSE(found("^(ab|cd)+$", "abc"));
    EXPECT_TRUE(found("^a{2,3}$", "aaa"));
    EXPECT_FALSE(found("^a{2,3}$", "aaaa"));
    EXPECT_TRUE(found("^a{2,}$", "aaaa"));
    EXPECT_TRUE(found("^a{2}$", "aa"));
    EXPECT_TRUE(found("^a?b*c+$", "cc"));
    EXPECT_TRUE(found("^[a-c_-]+$", "a-b_c"));
    EXPECT_FALSE(found("^[^a-c]$", "b"));
    EXPECT_TRUE(found("^\\d{3}-\\w+\\s\\S$", "123-a_9 x"));
    EXPECT_TRUE(found("^[\\d.]+$", "1.2"));
    EXPECT_TRUE(found("^\\.\\\\$", ".\\"));
    EXPECT_FALSE(found("^.$", "\n"));
    EXPECT_TRUE(found("", ""));
    EXPECT_TRUE(found("^$", ""));
    EXPECT_TRUE(found("(^a|b$)", "cb"));
    EXPECT_TRUE(found("^(?:a|)$", ""));
}

TEST(Pattern, MatchesCodePointsNotBytes) {
    EXPECT_TRUE(found("^.$", "\xF0\x9F\x98\x80"));
    EXPECT_TRUE(found("^\\u00e9$", "\xC3\xA9"));
    EXPECT_TRUE(found("^[\xC3\xA0-\xC3\xBF]$", "\xC3\xA9"));
    EXPECT_FALSE(found("^\\w$", "\xC3\xA9"));
}

TEST(Pattern, RefusesWhatItCannotRunInLinearTime) {
    for (const std::string_view pattern :
         {"(",       ")",       "a**",   "a+?", "*",  "[",      "[]",   "[b-a]", "a{3,2}", "a{257}",
          "a{,2}",   "a{x}",    "{",     "}",   "]",  "\\",     "\\1",  "\\b",   "(?=a)",  "(?!a)",
          "(?<n>a)", "\\ud800", "\\u12", "^*",  "[a", "\\p{L}", "\xFF", "a{1",   "(?:a"})
        EXPECT_FALSE(Pattern::compile(pattern)) << pattern;
    EXPECT_FALSE(Pattern::compile("^a{1,60000}$"));
    EXPECT_FALSE(Pattern::compile("((a{200}){200}){200}"));
    EXPECT_FALSE(Pattern::compile(std::string(2000, 'a')));
    EXPECT_FALSE(Pattern::compile(std::string(40, '(') + std::string(40, ')')));
}

TEST(Pattern, SaysWhereItIsWrong) {
    EXPECT_EQ(Pattern::compile("ab(c").error().message, "pattern: byte 4: expected ')'");
    EXPECT_EQ(Pattern::compile("a**").error().message, "pattern: byte 2: expected one quantifier an item");
}

TEST(Pattern, IsLinearWhereBacktrackingExplodes) {
    EXPECT_FALSE(found("^(a+)+$", std::string(5000, 'a') + "b"));
    EXPECT_TRUE(found("^(a|a)*$", std::string(5000, 'a')));
}

TEST(Pattern, StopsWhenItsStepsAreUsedUp) {
    const auto pattern = *Pattern::compile("a{100}b");
    std::uint64_t steps = 1000;
    EXPECT_FALSE(pattern.search(std::string(5000, 'a') + "b", steps));
    EXPECT_EQ(steps, 0U);
}

}  // namespace
}  // namespace cedar::host
