#include "sample_plugin.hpp"

#include <cedar/testing.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using cedar::Json;
using cedar::testing::FakeHost;

TEST(Component, AnswersWithItsOutput) {
    FakeHost host;
    const auto outcome = host.run("sample.echo", R"({"text":"hi","more":1})");
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome.answer->text(), R"({"text":"hi"})");
    EXPECT_EQ(host.run("sample.nothing_in", "null").answer->text(), R"({"number":42})");
}

TEST(Component, RefusesInputThatIsNotOfItsType) {
    FakeHost host;
    for (const std::string_view input : {"", "{", "[]", R"({"text":1})", "{}"}) {
        const auto outcome = host.run("sample.echo", input);
        EXPECT_EQ(outcome.status, CEDAR_INVALID_ARGUMENT) << input;
        EXPECT_EQ(outcome.error->code, "invalid_argument") << input;
        EXPECT_FALSE(outcome.answer) << input;
    }
}

TEST(Component, ThrownErrorReachesTheHostWhole) {
    FakeHost host;
    const auto outcome = host.run("sample.throws", R"({"text":"error"})");
    EXPECT_EQ(outcome.status, CEDAR_INTERNAL);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, "no_luck");
    EXPECT_EQ(outcome.error->message, "there was no luck");
    EXPECT_EQ(outcome.error->detail, "at all");
    EXPECT_TRUE(outcome.error->retryable);
    EXPECT_EQ(host.run("sample.throws", R"({"text":"denied"})").status, CEDAR_DENIED);
}

TEST(Component, ForeignExceptionsEndAtTheBoundary) {
    FakeHost host;
    const auto known = host.run("sample.throws", R"({"text":"exception"})");
    EXPECT_EQ(known.status, CEDAR_INTERNAL);
    EXPECT_EQ(known.error->code, "exception");
    EXPECT_EQ(known.error->message, "ran out of it");
    EXPECT_EQ(known.error->detail, "std::runtime_error");
    const auto odd = host.run("sample.throws", R"({"text":"int"})");
    EXPECT_EQ(odd.error->code, "exception");
}

TEST(Component, ReturnedErrorEqualsAThrownOne) {
    FakeHost host;
    EXPECT_TRUE(host.run("sample.result", R"({"text":"x"})").ok());
    const auto outcome = host.run("sample.result", R"({"text":""})");
    EXPECT_EQ(outcome.error->code, "empty");
    EXPECT_FALSE(outcome.answer);
}

TEST(Component, OutputThatIsNotUtf8IsAnErrorAndNoAnswer) {
    FakeHost host;
    const auto outcome = host.run("sample.bad_bytes", R"({"text":""})");
    EXPECT_EQ(outcome.error->code, "invalid_output");
    EXPECT_EQ(outcome.error->message, "expected UTF-8, got other bytes at /text");
}

TEST(Component, AnswerThatTheHostRefusesBecomesAnError) {
    FakeHost host;
    host.answer_limit(10);
    const auto outcome = host.run("sample.echo", R"({"text":"much too long"})");
    EXPECT_EQ(outcome.status, CEDAR_LIMIT);
    EXPECT_EQ(outcome.error->message, "the host refused an answer of 24 bytes: limit");
}

TEST(Component, CancelThatThrowsIsContainedAndLogged) {
    FakeHost host;
    void* instance = nullptr;
    const auto id = cedar::detail::view("sample.bad_cancel");
    ASSERT_EQ(cedar_entry_v1.create(&host.table(), {0, 0}, id, {}, &instance), CEDAR_OK);
    cedar_entry_v1.cancel(instance, {0, 0});
    cedar_entry_v1.destroy(instance);
    ASSERT_EQ(host.logs().size(), 1U);
    EXPECT_EQ(host.logs()[0].level, cedar::LogLevel::error);
}

TEST(Component, DoesNoWorkWhenItIsOverBeforeItBegins) {
    FakeHost host;
    host.cancel();
    EXPECT_EQ(host.run("sample.echo", R"({"text":"x"})").status, CEDAR_CANCELLED);
    EXPECT_TRUE(host.run("sample.echo", R"({"text":"x"})").ok());
    host.timeout(std::chrono::nanoseconds(0));
    EXPECT_EQ(host.run("sample.echo", R"({"text":"x"})").status, CEDAR_DEADLINE);
}

TEST(Component, UnknownIdIsNotFoundAndLeavesTheInstanceUntouched) {
    FakeHost host;
    for (const std::string_view id : {"", "sample.echo ", "sample.ech", "sample.echo.more"}) {
        int untouched = 0;
        void* instance = &untouched;
        const auto status = cedar_entry_v1.create(&host.table(), {0, 0}, cedar::detail::view(id), {}, &instance);
        EXPECT_EQ(status, CEDAR_NOT_FOUND) << id;
        EXPECT_EQ(instance, &untouched) << id;
    }
    EXPECT_EQ(host.run("sample.nobody", "{}").error->message, "this plugin has no component \"sample.nobody\"");
}

TEST(Component, ClassKeepsItsStateAndReadsItsConfig) {
    FakeHost host;
    {
        auto counter = host.create("sample.counter", R"({"start":10})");
        EXPECT_EQ(counter.run(R"({"number":1})").answer->text(), R"({"number":11})");
        EXPECT_EQ(counter.run(R"({"number":2})").answer->text(), R"({"number":13})");
        auto other = host.create("sample.counter");
        EXPECT_EQ(other.run(R"({"number":1})").answer->text(), R"({"number":1})");
        EXPECT_EQ(sample::Counter::alive, 2);
    }
    EXPECT_EQ(sample::Counter::alive, 0);
}

TEST(Component, RefusesConfigThatIsNotOfItsType) {
    FakeHost host;
    for (const std::string_view config :
         {R"({"start":"x"})", R"({"strat":1})", "{", "[]", R"({"start":-1})", R"({"name":"refused"})"}) {
        const auto outcome = host.run("sample.counter", R"({"number":1})", config);
        EXPECT_EQ(outcome.status, CEDAR_INVALID_CONFIG) << config;
        EXPECT_EQ(outcome.error->code, "invalid_config") << config;
    }
    EXPECT_EQ(host.run("sample.counter", "{}", R"({"strat":1})").error->message,
              R"(config: expected only start, name at the top, got "strat")");
    EXPECT_EQ(host.run("sample.echo", R"({"text":"x"})", R"({"a":1})").status, CEDAR_INVALID_CONFIG);
    EXPECT_TRUE(host.run("sample.echo", R"({"text":"x"})", "{}").ok());
    EXPECT_EQ(sample::Counter::alive, 0);
}

TEST(Component, CancelHookGetsTheInvocation) {
    ASSERT_NE(cedar_entry_v1.cancel, nullptr);
    FakeHost host;
    void* instance = nullptr;
    const auto id = cedar::detail::view("sample.counter");
    ASSERT_EQ(cedar_entry_v1.create(&host.table(), {0, 0}, id, {}, &instance), CEDAR_OK);
    cedar_entry_v1.cancel(instance, {77, 3});
    EXPECT_EQ(sample::Counter::cancelled.id, 77U);
    EXPECT_EQ(sample::Counter::cancelled.generation, 3U);
    cedar_entry_v1.destroy(instance);
}

TEST(Component, RefusesAHostOfAnotherMajorVersionOrAnOlderMinor) {
    FakeHost fake;
    cedar_host host = fake.table();
    EXPECT_EQ(cedar_entry_v1.init(&host), CEDAR_OK);
    cedar_entry_v1.deinit();
    host.abi_major = CEDAR_ABI_MAJOR + 1;
    EXPECT_EQ(cedar_entry_v1.init(&host), CEDAR_UNSUPPORTED);
    host.abi_major = CEDAR_ABI_MAJOR;
    host.struct_size = sizeof(cedar_host) - 8;
    EXPECT_EQ(cedar_entry_v1.init(&host), CEDAR_UNSUPPORTED);
    EXPECT_EQ(cedar_entry_v1.init(nullptr), CEDAR_UNSUPPORTED);
}

TEST(Component, EntryIsWellFormed) {
    EXPECT_EQ(cedar_entry_v1.magic, CEDAR_ENTRY_MAGIC);
    EXPECT_EQ(cedar_entry_v1.struct_size, sizeof(cedar_entry));
    EXPECT_EQ(cedar_entry_v1.abi_major, CEDAR_ABI_MAJOR);
    EXPECT_EQ(cedar_entry_v1.abi_minor, CEDAR_ABI_MINOR);
}

}  // namespace
