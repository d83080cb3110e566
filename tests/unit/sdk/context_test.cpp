#include <cedar/testing.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using cedar::Error;
using cedar::Json;
using cedar::testing::FakeHost;
using std::chrono::milliseconds;

const cedar::Passages one_passage{{{"1:000000", 1, "a.md", 0, 5, "found", 1.5}}};

TEST(Context, AsksAServiceAndReadsItsReply) {
    FakeHost host;
    host.reply("store.search", one_passage);
    const auto outcome = host.run("sample.searches", R"({"text":"C++ \"x\""})");
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome.answer->text(), R"({"text":"found"})");
    ASSERT_EQ(host.calls().size(), 1U);
    EXPECT_EQ(host.calls()[0].service, "store.search");
    EXPECT_EQ(host.calls()[0].body.text(), R"({"query":"C++ \"x\"","limit":3})");
}

TEST(Context, PassesTheErrorOfAServiceOn) {
    FakeHost host;
    host.fail("store.search", Error("unavailable", "the store is closed", "", true));
    const auto outcome = host.run("sample.searches", R"({"text":"x"})");
    EXPECT_EQ(outcome.status, CEDAR_UNAVAILABLE);
    EXPECT_EQ(outcome.error->message, "the store is closed");
    EXPECT_TRUE(outcome.error->retryable);
}

TEST(Context, UndeclaredServiceIsDenied) {
    FakeHost host;
    host.reply("store.search", one_passage);
    const auto outcome = host.run("sample.may_not", R"({"text":"x"})");
    EXPECT_EQ(outcome.status, CEDAR_DENIED);
    EXPECT_EQ(outcome.error->message, "the manifest of sample.may_not does not list store.search in needs");
}

TEST(Context, MissingServiceIsUnsupported) {
    FakeHost host;
    EXPECT_EQ(host.run("sample.searches", R"({"text":"x"})").status, CEDAR_UNSUPPORTED);
}

TEST(Context, ReplyOfAnotherTypeIsInvalidReply) {
    FakeHost host;
    host.reply("store.search", Json(R"({"results":[{"chunk_id":3}]})"));
    const auto outcome = host.run("sample.searches", R"({"text":"x"})");
    EXPECT_EQ(outcome.error->code, "invalid_reply");
    EXPECT_EQ(outcome.error->message, "store.search: expected a string at /results/0/chunk_id, got 3");
}

TEST(Context, AnswersServicesInTurnAndKeepsTheLast) {
    FakeHost host;
    host.reply("store.search", cedar::Passages{}).reply("store.search", one_passage);
    EXPECT_EQ(host.run("sample.searches", R"({"text":"x"})").answer->text(), R"({"text":"nothing"})");
    EXPECT_EQ(host.run("sample.searches", R"({"text":"x"})").answer->text(), R"({"text":"found"})");
    EXPECT_EQ(host.run("sample.searches", R"({"text":"x"})").answer->text(), R"({"text":"found"})");
}

TEST(Context, MayCallInsideACatchBlock) {
    FakeHost host;
    host.reply("store.search", one_passage);
    EXPECT_EQ(host.run("sample.catches", R"({"text":"x"})").answer->text(), R"({"text":"first 1"})");
}

TEST(Context, AsksForManyInRoundsAndKeepsTheirOrder) {
    FakeHost host;
    host.on("store.search", [](const Json& body) {
        if (body.as<cedar::Search>().query == "70") throw Error("limit", "not that one");
        return Json(R"({"results":[]})");
    });
    const auto outcome = host.run("sample.many", R"({"number":130})");
    ASSERT_TRUE(outcome.ok()) << outcome.error->message;
    EXPECT_EQ(host.calls().size(), 130U);
    EXPECT_EQ(outcome.answer->text(), R"({"text":")" + std::string(70, 'y') + "n" + std::string(59, 'y') + "\"}");
    EXPECT_EQ(host.run("sample.many", R"({"number":0})").answer->text(), R"({"text":""})");
}

TEST(Context, CancelledCallUnwindsTheComponent) {
    FakeHost host;
    host.on("store.search", [&](const Json&) {
        host.cancel();
        return Json(R"({"results":[]})");
    });
    const auto outcome = host.run("sample.searches", R"({"text":"x"})");
    EXPECT_EQ(outcome.status, CEDAR_CANCELLED);
    EXPECT_EQ(outcome.error->code, "cancelled");
    EXPECT_FALSE(outcome.answer);
}

TEST(Context, SleepMovesTheHandTickedClock) {
    FakeHost host;
    host.timeout(milliseconds(1000));
    EXPECT_EQ(host.run("sample.remaining", "{}").answer->text(), R"({"number":600})");
    EXPECT_EQ(host.calls()[0].body.text(), R"({"ms":400})");
}

TEST(Context, SleepPastTheDeadlineEndsTheInvocation) {
    FakeHost host;
    host.timeout(milliseconds(400));
    EXPECT_EQ(host.run("sample.remaining", "{}").status, CEDAR_DEADLINE);
}

TEST(Context, LogsAndEmits) {
    FakeHost host;
    EXPECT_EQ(host.run("sample.talks", R"({"text":"q"})").answer->text(), R"({"text":"go"})");
    ASSERT_EQ(host.logs().size(), 2U);
    EXPECT_EQ(host.logs()[1].level, cedar::LogLevel::warn);
    EXPECT_EQ(host.logs()[1].line, "careful");
    ASSERT_EQ(host.emits().size(), 3U);
    EXPECT_EQ(host.emits()[0].body.text(), R"({"text":"half \"way\""})");
    EXPECT_EQ(host.emits()[1].kind, "token");
    EXPECT_EQ(host.emits()[2].kind, "prompt");
    EXPECT_EQ(host.emits()[2].body.text(),
              R"({"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"q"}]})");
}

TEST(Context, IsHarmlessOnceTheInvocationIsOver) {
    FakeHost host;
    cedar::Context late(host.table(), {12345, 1}, cedar::Context::Time::max());
    EXPECT_TRUE(late.cancelled());
    EXPECT_FALSE(late.log("late"));
    EXPECT_FALSE(late.progress("late"));
    try {
        static_cast<void>(late.search("x"));
        FAIL() << "no exception";
    } catch (const Error& error) {
        EXPECT_EQ(error.code, "stale");
    }
}

TEST(Context, AllGivesEachReplyItsOwnTypeAndError) {
    FakeHost host;
    host.reply("store.search", one_passage);
    EXPECT_EQ(host.run("sample.both", "{}").answer->text(), R"({"text":"found, denied"})");
}

}  // namespace
