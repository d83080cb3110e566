#include "host/core/redactor.hpp"

#include <gtest/gtest.h>

namespace cedar::host {
namespace {

TEST(Redactor, TakesOutTheSecretsItWasGiven) {
    const Redactor redactor({"canary-key-1", "quote\"and\\slash"});
    EXPECT_EQ(redactor.redact("a canary-key-1 b canary-key-1"), "a [redacted] b [redacted]");
    EXPECT_EQ(redactor.redact(R"({"x":"quote\"and\\slash"})"), R"({"x":"[redacted]"})");
    EXPECT_FALSE(redactor.clean("xcanary-key-1x"));
    EXPECT_TRUE(redactor.clean("canary-key-"));
}

TEST(Redactor, TheLongerOfTwoNestedSecretsIsTakenWhole) {
    const Redactor redactor({"abcdefgh", "abcdefghij"});
    EXPECT_EQ(redactor.redact("<abcdefghij>"), "<[redacted]>");
}

TEST(Redactor, KnowsTheShapeOfAKey) {
    const Redactor redactor;
    EXPECT_EQ(redactor.redact("my key is sk-proj-abcdefghijklmnopqrstuv, keep it"),
              "my key is [redacted], keep it");
    EXPECT_EQ(redactor.redact("Authorization: Bearer abcdefghijklmnop1234"), "Authorization: [redacted]");
}

TEST(Redactor, LeavesOrdinaryWordsAlone) {
    const Redactor redactor({"short"});
    for (const auto* text : {"sk-short", "risk-abcdefghijklmnopqrstuvwxyz", "the bearer of news", "short", ""}) {
        EXPECT_TRUE(redactor.clean(text)) << text;
        EXPECT_EQ(redactor.redact(text), text);
    }
}

}  // namespace
}  // namespace cedar::host
