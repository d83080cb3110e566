#include "plugins/aggregator.extractive/collect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using cedar::Candidate;
using cedar::Json;
using extractive::collect;

Candidate ok(std::string name, std::string content) {
    return {.name = std::move(name),
            .version = "1.0.0",
            .ok = true,
            .status = "ok",
            .summary = Json(std::move(content))};
}

TEST(Collect, TakesThePassagesOfEveryCandidate) {
    const auto collected = collect(
        {ok("a.a", R"({"results":[{"chunk_id":"1:0","source":"a.md","text":"A"},{"source":"b.md","text":"B"}]})"),
         ok("b.b", R"({"results":[{"text":"C"}]})")});
    ASSERT_EQ(collected.passages.size(), 3U);
    EXPECT_EQ(collected.passages[1].rank, 1U);
    EXPECT_EQ(collected.passages[2].source, "unnamed source");
    EXPECT_EQ(collected.with_passages, 2U);
}

TEST(Collect, CountsTheSameChunkOnce) {
    const auto collected = collect(
        {ok("a.a", R"({"results":[{"chunk_id":"1:0","source":"a.md","text":"A"}]})"),
         ok("b.b", R"({"results":[{"chunk_id":"1:0","source":"a.md","text":"A"},{"source":"a.md","text":"A"}]})")});
    EXPECT_EQ(collected.passages.size(), 1U);
}

TEST(Collect, PassesOverContentThatHoldsNoPassages) {
    for (const char* content :
         {"null", "3", "[]", "{}", R"({"results":7})", R"({"results":[1,{"text":2}]})", "{broken"}) {
        const auto collected = collect({ok("a.a", content)});
        EXPECT_TRUE(collected.passages.empty()) << content;
        EXPECT_EQ(collected.candidates, 1U);
        EXPECT_EQ(collected.with_passages, 0U);
        EXPECT_TRUE(collected.failed.empty());
    }
}

TEST(Collect, NamesWhatFailedAndWhy) {
    Candidate late{.name = "c.c", .status = "timeout"};
    Candidate broken{.name = "d.d", .status = "error"};
    broken.error = cedar::CandidateError{.code = "x", .message = "it broke"};
    const auto collected = collect({late, broken});
    EXPECT_THAT(collected.failed, testing::ElementsAre("c.c (timeout)", "d.d (error: it broke)"));
}

TEST(Collect, IsBounded) {
    std::string content = R"({"results":[)";
    for (std::size_t count = 0; count < extractive::max_passages + 5; ++count) {
        content += (count == 0 ? "" : ",") + std::string(R"({"text":")") + std::to_string(count) + "\"}";
    }
    const auto collected = collect({ok("a.a", content + "]}")});
    EXPECT_EQ(collected.passages.size(), extractive::max_passages);
    EXPECT_EQ(collected.beyond, 5U);
}

}  // namespace
